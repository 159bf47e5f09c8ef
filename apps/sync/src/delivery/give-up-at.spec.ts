import { giveUpAt } from './give-up-at';

const settings = { deadline: '06:00', giveUpAt: '08:00', zone: 'America/New_York' };
const at = (iso: string): number => Date.parse(iso);
const deadline = at('2026-01-06T11:00:00Z');
const plan = { plan_id: 'p', deadline_at: deadline, is_scheduled: true };

it.each([
  ['a nightly plan', 'batch', '2026-01-06T07:10:00Z', plan, '2026-01-06T13:00:00Z'],
  ['a nightly plan that is late', 'batch', '2026-01-06T12:59:00Z', plan, '2026-01-06T13:00:00Z'],
  ['a nightly plan after the time', 'batch', '2026-01-06T14:00:00Z', plan, '2026-01-07T13:00:00Z'],
  ['what people asked for', 'batch', '2026-01-06T12:59:00Z', { ...plan, is_scheduled: false }, '2026-01-07T13:00:00Z'],
  ['what is sent again', 'batch', '2026-01-06T12:59:00Z', { ...plan, plan_id: 'other' }, '2026-01-07T13:00:00Z'],
  ['a night without a plan record', 'batch', '2026-01-06T07:10:00Z', undefined, '2026-01-06T13:00:00Z'],
  [
    'the night that clocks go forward',
    'batch',
    '2026-03-08T06:30:00Z',
    { ...plan, deadline_at: at('2026-03-08T10:00:00Z') },
    '2026-03-08T12:00:00Z',
  ],
])('gives up %s at the time of its day', (_name, lane, created, decided, expected) => {
  const until = giveUpAt({ lane, created_at: at(created), plan_id: 'p' }, decided, settings);
  expect(new Date(until).toISOString()).toBe(new Date(expected).toISOString());
});

it('never gives up urgent records', () => {
  expect(giveUpAt({ lane: 'urgent', created_at: 0, plan_id: 'p' }, undefined, settings)).toBe(Infinity);
});
