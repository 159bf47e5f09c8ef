import type { Limit } from '@millrace/platform-http';

import { run } from '../testing/score-fixture';
import { callsOf } from './compute-plan';
import { deadlineOf, nextDeadline } from './deadline';
import { currentRunOf, newestRuns } from './newest-runs';
import { CurrentPlans, type PlanRecord } from './plan-log';
import { predictFinish } from './predict-finish';

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

describe('newestRuns', () => {
  const logged = (id: string, offset: bigint, asOf: number, model = 'lead_score') => ({
    run: run(id, { as_of: asOf, model }),
    offset,
  });

  it('takes the latest instant, then the latest decision: a back-fill never becomes current', () => {
    const newest = newestRuns([logged('a', 0n, 5), logged('revision', 1n, 5), logged('backfill', 2n, 3)]);
    expect(newest.get('lead_score')?.run.run_id).toBe('revision');
  });

  it('plans an object of several models for the one decided last, of its own kind of entity', () => {
    const newest = newestRuns([logged('a', 0n, 5), logged('b', 1n, 4, 'rfm'), logged('c', 2n, 9, 'intent')]);
    expect(currentRunOf(['lead_score', 'rfm'], 'person', newest)?.run_id).toBe('b');
    expect(currentRunOf(['lead_score'], 'account', newest)).toBeUndefined();
  });
});

describe('CurrentPlans', () => {
  const plan = (id: string, asOf: number): { value: PlanRecord } => ({
    value: { kind: 'plan', destination: 'crm', object: 'lead', plan_id: id, as_of: asOf } as PlanRecord,
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
});
