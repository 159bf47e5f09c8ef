import { judgeDelivery, type DeliveryQuestion, type PlanOfRun } from './judge-delivery';

const question: DeliveryQuestion = { run_id: 'r1', currentId: 'r1', destinations: [] };
const plan = (more: Partial<PlanOfRun> = {}): PlanOfRun => ({
  destination: 'crm',
  object: 'lead',
  plan_id: 'p',
  to_send: 3,
  accepted: 0,
  rejected: 0,
  superseded: 0,
  spent: 0,
  pending: 0,
  planned_at: '2026-11-23T07:00:00.000Z',
  predicted_finish_at: '2026-11-23T07:01:00.000Z',
  deadline_at: '2026-11-23T11:00:00.000Z',
  finished_at: null,
  ...more,
});

it.each<[string, Partial<DeliveryQuestion>, PlanOfRun[], string, string[]]>([
  ['nobody has planned', {}, [], 'unplanned', ['no destination has a plan yet']],
  [
    'one that was named has not planned',
    { destinations: ['crm', 'mail'] },
    [plan()],
    'unplanned',
    ['mail: no plan yet'],
  ],
  [
    'others than those named do not count',
    { destinations: ['crm'] },
    [plan(), plan({ destination: 'mail', pending: 1 })],
    'settled',
    [],
  ],
  ['records are under way', {}, [plan({ pending: 2, accepted: 1 })], 'pending', ['crm/lead: 2 of 3 records']],
  ['a plan without a record is settled', {}, [plan({ to_send: 0 })], 'settled', []],
  ['what is refused for good is settled', {}, [plan({ accepted: 2, rejected: 1 })], 'settled', []],
  ['retries are spent', {}, [plan({ accepted: 2, spent: 1 })], 'spent', []],
  ['a run that nobody shall hear of', { deliver: false }, [], 'not_delivered', []],
  ['a run of the past', { currentId: 'r2' }, [], 'not_delivered', []],
  [
    'a run that was planned before another became current',
    { currentId: 'r2' },
    [plan({ pending: 1 })],
    'pending',
    ['crm/lead: 1 of 3 records'],
  ],
])('%s', (_what, more, plans, state, waits) => {
  const found = judgeDelivery({ ...question, ...more }, plans);
  expect([found.state, found.waits_for, found.is_settled]).toEqual([state, waits, waits.length === 0]);
});

it('says why nothing is delivered, and what never arrived', () => {
  expect(judgeDelivery({ ...question, currentId: 'r2' }, []).reason).toContain('r2');
  expect(judgeDelivery(question, [plan({ spent: 1 })]).reason).toContain('crm/lead: 1 of 3 records');
});
