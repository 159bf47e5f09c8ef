import type { PlanDecision } from '@millrace/contract-delivery';
import type { RunOrTick, RunPublished } from '@millrace/contract-score';
import type { Limit } from '@millrace/platform-http';

import { destinationSchema, type ObjectMapping } from '../destinations/destination-file';
import { run } from '../testing/score-fixture';
import { callsOf } from './compute-plan';
import { deadlineOf, nextDeadline } from './deadline';
import { approvedPartOf, PlanIndex } from './plan-index';
import { CurrentPlans, type PlanRecord } from './plan-log';
import { predictFinish } from './predict-finish';
import { railsOf } from './rails';
import { RunIndex } from './run-index';
import { runSetOf } from './run-set';
import { whenToPlan } from './when';

describe('deadlineOf', () => {
  it.each([
    ['winter', '2026-01-05', '2026-01-05T11:00:00.000Z'],
    ['the night the clocks go forward', '2026-03-08', '2026-03-08T10:00:00.000Z'],
    ['the night the clocks go back', '2026-11-01', '2026-11-01T11:00:00.000Z'],
  ])('%s', (_name, date, expected) => {
    expect(new Date(deadlineOf(date, '06:00', 'America/New_York')).toISOString()).toBe(expected);
  });
});

describe('nextDeadline', () => {
  it.each([
    ['of the night', '2026-01-05T07:00:00Z', '2026-01-05T11:00:00.000Z'],
    ['of the next day in the afternoon', '2026-01-05T19:00:00Z', '2026-01-06T11:00:00.000Z'],
    ['of the next day at the deadline itself', '2026-01-05T11:00:00Z', '2026-01-06T11:00:00.000Z'],
    ['after the clocks went forward', '2026-03-07T22:00:00Z', '2026-03-08T10:00:00.000Z'],
  ])('%s', (_name, after, expected) => {
    expect(new Date(nextDeadline(Date.parse(after), '06:00', 'America/New_York')).toISOString()).toBe(expected);
  });
});

describe('predictFinish', () => {
  const base = { startAt: 0, urgentReserve: 0, callMs: 100 };
  const none: readonly Limit[] = [{ name: 'concurrency', kind: 'at_once', calls: 2 }];
  const window: Limit = { name: 'window', kind: 'seconds', calls: 10, seconds: 10 };
  const day: Limit = { name: 'day', kind: 'day', calls: 10, resets: { zone: 'UTC' } };
  it.each([
    ['nothing to send', 0, none, 0],
    ['as fast as the requests', 10, none, 500],
    ['a short window holds it up', 30, [...none, window], 20_000],
    ['a day holds it up', 30, [...none, day], 2 * 86_400_000],
  ])('%s', (_name, calls, limits, expected) => {
    expect(predictFinish({ ...base, calls, limits })).toBe(expected);
  });

  it('leaves the urgent reserve out', () => {
    const limits = [...none, window];
    expect(predictFinish({ ...base, calls: 10, limits, urgentReserve: 0.5 })).toBe(10_000);
  });
});

it('counts calls by chunk: a request never reaches over the end of one', () => {
  expect(callsOf(0, 1_000, 100)).toBe(0);
  expect(callsOf(2_050, 1_000, 300)).toBe(4 + 4 + 1);
});

describe('RunIndex', () => {
  const TICK = run('x').as_of;
  const indexOf = (...values: RunOrTick[]): RunIndex => {
    const index = new RunIndex();
    values.forEach((value, offset) => index.apply({ value, offset: BigInt(offset) }));
    return index;
  };
  const due = (scheduled_at: number, job = 'lead_score'): RunOrTick => ({
    kind: 'tick_due',
    job,
    scheduled_at,
    noted_at: scheduled_at,
  });
  const done = (scheduled_at: number): RunOrTick => ({
    kind: 'tick_done',
    job: 'lead_score',
    scheduled_at,
    outcome: 'failed',
    reason: '',
    replica: '',
    decided_at: scheduled_at,
  });

  it('takes the latest instant, then the latest decision: a back-fill never becomes current', () => {
    const index = indexOf(run('a', { as_of: 5 }), run('revision', { as_of: 5 }), run('backfill', { as_of: 3 }));
    expect(index.current('lead_score')).toMatchObject({ offset: 1n, run: { run_id: 'revision' } });
  });

  it('has a tick open from its note until it is run, failed or skipped', () => {
    expect(indexOf(due(TICK), due(TICK - 5)).openTicks('lead_score')).toEqual([TICK - 5, TICK]);
    expect(indexOf(due(TICK), due(TICK - 5), done(TICK - 5), run('a')).openTicks('lead_score')).toEqual([]);
    expect(indexOf(due(TICK, 'rfm'), run('a')).openTicks('rfm')).toEqual([TICK]);
  });

  it('knows the first run of a tick from one on demand and from one made again', () => {
    expect(indexOf(due(TICK), run('a')).current('lead_score')?.isScheduled).toBe(true);
    expect(indexOf(run('a')).current('lead_score')?.isScheduled).toBe(false);
    expect(indexOf(due(TICK), run('a'), run('b')).current('lead_score')?.isScheduled).toBe(false);
  });
});

describe('runSetOf', () => {
  const mapping = (extra: object = {}): ObjectMapping =>
    destinationSchema.parse({
      name: 'crm',
      kind: 'webhook',
      settings: {},
      objects: [
        {
          object: 'lead',
          fields: { score: { from: 'lead_score.score' }, rfm: { from: 'rfm.score' } },
          ...extra,
        },
      ],
    }).objects[0] as ObjectMapping;
  const indexOf = (...runs: RunPublished[]): RunIndex => {
    const index = new RunIndex();
    runs.forEach((value, offset) => index.apply({ value, offset: BigInt(offset) }));
    return index;
  };
  const people = run('p', { model: 'people' });

  it('is of the current run of each model and of who exists; the one decided last is its newest', () => {
    const set = runSetOf(mapping(), 'people', indexOf(run('a'), people, run('r', { model: 'rfm' })));
    expect(set?.newest.run.run_id).toBe('r');
    expect([...(set?.runs.keys() ?? [])]).toEqual(['lead_score', 'rfm']);
    expect(set?.audience.run.run_id).toBe('p');
  });

  it('leaves out a model that never ran, and is nothing without anybody or any value', () => {
    expect(runSetOf(mapping(), 'people', indexOf(people, run('a')))?.neverRan).toEqual(['rfm']);
    expect(runSetOf(mapping(), 'people', indexOf(run('a')))).toBeUndefined();
    expect(runSetOf(mapping(), 'people', indexOf(people))).toBeUndefined();
  });

  it('has another key for other runs and for another mapping', () => {
    const hashes = [
      runSetOf(mapping(), 'people', indexOf(people, run('a'))),
      runSetOf(mapping(), 'people', indexOf(people, run('b'))),
      runSetOf(mapping(), 'people', indexOf(people, run('a'), run('r', { model: 'rfm' }))),
      runSetOf(mapping({ nulls: 'keep' }), 'people', indexOf(people, run('a'))),
    ].map((set) => set?.hash);
    expect(new Set(hashes).size).toBe(4);
    expect(runSetOf(mapping(), 'people', indexOf(run('a'), people))?.hash).toBe(hashes[0]);
  });
});

describe('whenToPlan', () => {
  const MONDAY = Date.parse('2026-01-05T07:00:00Z');
  const at = (now: string, openTicks: [string, number[]][], takesMs = 0) =>
    whenToPlan({
      openTicks: new Map(openTicks),
      now: Date.parse(now),
      latest: '05:15',
      deadline: '06:00',
      zone: 'America/New_York',
      takesMs,
    });

  it.each<[string, ReturnType<typeof at>, object]>([
    ['nobody is due', at('2026-01-05T07:01:00Z', [['weekly', []]]), { do: 'plan', withoutWaitingFor: [] }],
    ['the weekly one is due', at('2026-01-05T07:01:00Z', [['weekly', [MONDAY]]]), { do: 'wait', for: ['weekly'] }],
    [
      'it is still due at 05:15',
      at('2026-01-05T10:15:00Z', [['weekly', [MONDAY]]]),
      { do: 'plan', withoutWaitingFor: ['weekly'] },
    ],
    ['a tick of days ago is due', at('2026-01-08T07:01:00Z', [['weekly', [MONDAY]]]), { do: 'plan' }],
    [
      'what was missed is caught up',
      at('2026-01-06T07:01:00Z', [['nightly', [MONDAY, MONDAY + 86_400_000]]]),
      { do: 'wait', for: ['nightly'] },
    ],
    [
      'its calls would miss the deadline otherwise',
      at('2026-01-05T09:01:00Z', [['weekly', [MONDAY]]], 2 * 3_600_000),
      { do: 'plan' },
    ],
  ])('%s', (_name, when, expected) => {
    expect(when).toMatchObject(expected);
  });
});

describe('railsOf', () => {
  const nights = (...changed: number[]) =>
    changed.map((to_send) => ({ to_send, suppressed: {} as PlanDecision['suppressed'] }));
  const usual = Array.from({ length: 14 }, () => 10_000);

  it.each([
    ['a first plan', railsOf(nights(...usual), 100_000, true), Number.MAX_SAFE_INTEGER],
    ['13 nights', railsOf(nights(...usual.slice(1)), 100_000, false), Number.MAX_SAFE_INTEGER],
    ['49 records', railsOf(nights(...usual), 49, false), Number.MAX_SAFE_INTEGER],
    ['30% are less than twice the median', railsOf(nights(...usual), 50_000, false), 15_000],
    ['twice the median is less than 30%', railsOf(nights(...usual), 100_000, false), 20_000],
    ['only the last 14 count', railsOf(nights(1, 1, 1, ...usual), 100_000, false), 20_000],
    [
      'two in the middle',
      railsOf(nights(...usual.slice(7), ...Array.from({ length: 7 }, () => 20)), 1e6, false),
      10_020,
    ],
  ])('%s', (_name, { mostRecords }, expected) => {
    expect(mostRecords).toBe(expected);
  });

  it('lets a tenth of the records leave, from the second plan on', () => {
    expect(railsOf([], 1_000, false)).toMatchObject({ mostExits: 100 });
    expect(railsOf([], 1_000, true).mostExits).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('PlanIndex', () => {
  const planned = (id: string, more: Partial<PlanDecision> = {}): { value: PlanRecord; appendedAt: number } => ({
    appendedAt: 0,
    value: {
      kind: 'plan',
      destination: 'crm',
      object: 'lead',
      plan_id: id,
      run_id: id,
      runs: { lead_score: id },
      is_scheduled: true,
      to_send: 5,
      suppressed: {},
      ...more,
    } as PlanRecord,
  });
  const said = (value: object): { value: PlanRecord; appendedAt: number } => ({
    appendedAt: 0,
    value: value as PlanRecord,
  });
  const dispatched = (plan_id: string) => said({ kind: 'dispatched', plan_id });
  const approved = (plan_id: string) => said({ kind: 'approved', plan_id });
  const indexOf = (...entries: ReturnType<typeof said>[]): PlanIndex => {
    const index = new PlanIndex();
    for (const entry of entries) index.apply(entry);
    return index;
  };

  it('compares a night with nights: changed records 3, 9,800, 0, 4, 12, 10,100', () => {
    const index = indexOf(
      planned('on-demand', { is_scheduled: false, to_send: 3 }),
      planned('night', { to_send: 9_800 }),
      planned('nothing', { to_send: 0 }),
      planned('rerun', { is_scheduled: false, to_send: 4 }),
      planned('weekly', { runs: { health: 'weekly' }, to_send: 12 }),
      planned('tonight', { to_send: 10_100 }),
    );
    expect(index.compared('crm', 'lead', 'lead_score').map(({ plan_id }) => plan_id)).toEqual(['night', 'tonight']);
    expect(index.compared('crm', 'lead', 'health').map(({ plan_id }) => plan_id)).toEqual(['weekly']);
  });

  it('keeps what is left to do, in whichever order it was said', () => {
    const index = indexOf(planned('a'), dispatched('a'), dispatched('b'), planned('b'), planned('c'));
    expect(index.undispatched().map(({ plan }) => plan.plan_id)).toEqual(['c']);
    expect(index.unmirrored().map(({ plan_id }) => plan_id)).toEqual(['a', 'b', 'c']);
  });

  it('lets only what waits of the newest plan be approved, once', () => {
    const suppressed = { waits_for_approval: 7 } as PlanDecision['suppressed'];
    const two = [planned('a', { suppressed }), planned('b', { suppressed })];
    expect(
      indexOf(...two)
        .waiting()
        .map(({ plan_id }) => plan_id),
    ).toEqual(['b']);
    expect(indexOf(...two, approved('a')).approved()).toEqual([]);
    expect(
      indexOf(...two, approved('b'))
        .approved()
        .map(({ plan }) => plan.plan_id),
    ).toEqual(['b']);
    expect(indexOf(...two, approved('b'), dispatched(approvedPartOf('b'))).approved()).toEqual([]);
    expect(indexOf(...two, approved('b')).waiting()).toEqual([]);
  });
});

describe('CurrentPlans', () => {
  const plan = (id: string, asOf: number, through?: number): { value: PlanRecord } => ({
    value: { kind: 'plan', destination: 'crm', object: 'lead', plan_id: id, as_of: asOf, through } as PlanRecord,
  });
  const batch = (id: string) => ({ destination: 'crm', object: 'lead', plan_id: id });

  it('supersedes a plan by a later one, and never a retry', () => {
    const plans = new CurrentPlans();
    plans.apply(plan('one', 1));
    expect(plans.isSuperseded(batch('one'))).toBe(false);
    plans.apply(plan('two', 2));
    expect([plans.isSuperseded(batch('one')), plans.isSuperseded(batch('two'))]).toEqual([true, false]);
    plans.apply(plan('backfill', 0));
    expect(plans.isSuperseded(batch('two'))).toBe(false);
    expect(plans.isSuperseded(batch('retry-1'))).toBe(false);
  });

  it('keeps the plan that read furthest in the log of runs, whatever the order of decisions; one of version 1 is older', () => {
    const plans = new CurrentPlans();
    for (const entry of [plan('old', 99), plan('newer', 2, 20), plan('older set', 9, 10), plan('version 1', 100)]) {
      plans.apply(entry);
    }
    expect(plans.of('crm', 'lead')?.plan_id).toBe('newer');
    plans.apply(plan('mended mapping', 2, 20));
    expect(plans.of('crm', 'lead')?.plan_id).toBe('mended mapping');
  });
  describe('a plan that names the one before', () => {
    const after = (id: string, before: string | undefined, through: number, set = id): { value: PlanRecord } => ({
      value: { ...plan(id, 1, through).value, after: before, set } as PlanRecord,
    });

    it('is current only right after it: what was sent in between it did not compare', () => {
      const plans = new CurrentPlans();
      expect(plans.apply(after('one', undefined, 10))).toBe(true);
      expect(plans.apply(after('two', 'one', 20))).toBe(true);
      expect(plans.apply(after('compared with one', 'one', 30))).toBe(false);
      expect(plans.isSuperseded(batch('compared with one'))).toBe(true);
      expect(plans.apply(after('compared with two', 'two', 30))).toBe(true);
    });

    it('is made once of a set while other sets of the same runs take turns, and once more after newer runs', () => {
      const plans = new CurrentPlans();
      plans.apply(after('one', undefined, 10, 'mapping a'));
      plans.apply(after('two', 'one', 10, 'mapping b'));
      expect(['mapping a', 'mapping b'].map((set) => plans.hasBeen('crm', 'lead', set))).toEqual([true, true]);
      plans.apply(after('three', 'two', 20, 'mapping c'));
      expect(plans.hasBeen('crm', 'lead', 'mapping a')).toBe(false);
    });
  });
});

it('a plan that was never current takes no approval from the current one, and is not sent', () => {
  const of = (id: string, after: string | undefined, held: number): PlanRecord =>
    ({
      ...{ kind: 'plan', destination: 'crm', object: 'lead', plan_id: id, through: 1, to_send: 1, after },
      suppressed: { waits_for_approval: held },
    }) as unknown as PlanRecord;
  const index = new PlanIndex();
  for (const value of [of('one', undefined, 0), of('two', 'one', 5), of('late', 'one', 0)]) {
    index.apply({ value, appendedAt: 1 });
  }
  expect(index.waiting().map(({ plan_id }) => plan_id)).toEqual(['two']);
  expect(index.undispatched().map(({ plan }) => plan.plan_id)).toEqual(['one', 'two']);
});
