import fc from 'fast-check';

import { callsAtOnce, type Call, type Limit } from './limit';
import { Limits, type Turn } from './limits';

const NOON = Date.UTC(2026, 0, 5, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const burst = (calls: number, seconds: number, more: Partial<Limit> = {}): Limit =>
  ({ name: 'burst', kind: 'seconds', calls, seconds, ...more }) as Limit;
const atOnce = (calls: number): Limit => ({ name: 'at_once', kind: 'at_once', calls });
const daily = (calls: number, resets: 'rolling' | { zone: string }): Limit => ({
  name: 'day',
  kind: 'day',
  calls,
  resets,
});
const takeMany = (limits: Limits, call: Call, now: number, count: number): number =>
  Array.from({ length: count }, () => limits.take(call, now)).filter(({ ok }) => ok).length;
const waitOf = (limits: Limits, call: Call, now: number): number => {
  const grant = limits.take(call, now);
  return grant.ok ? 0 : grant.waitMs;
};
const taken = (limits: Limits, call: Call, now: number): Turn => {
  const grant = limits.take(call, now);
  if (!grant.ok) throw new Error(grant.because);
  return grant.turn;
};
const URGENT: Call = { mayUseReserve: true };

describe('seconds', () => {
  it('lets so many calls go in any stretch and says when the next may, and why it waits', () => {
    const limits = new Limits([burst(3, 10)]);
    expect(takeMany(limits, {}, NOON, 5)).toBe(3);
    expect(limits.take({}, NOON + 4_000)).toEqual({
      ok: false,
      waitMs: 6_000,
      because: 'the limit burst of 3 calls is used up',
    });
    expect(limits.take({}, NOON + 10_000)).toMatchObject({ ok: true });
  });

  it('keeps a part for calls that may use the reserve, which may use what is not kept, too', () => {
    const limits = new Limits([burst(10, 10)], { reserve: 0.2 });
    expect(takeMany(limits, {}, NOON, 10)).toBe(8);
    expect(takeMany(limits, URGENT, NOON, 10)).toBe(2);
    const other = new Limits([burst(10, 10)], { reserve: 0.2 });
    expect(takeMany(other, URGENT, NOON, 20)).toBe(10);
    expect(waitOf(other, {}, NOON)).toBe(10_000);
  });

  it('is shared by processes: each has its part, and never none', () => {
    expect(takeMany(new Limits([burst(10, 10)], { share: 1 / 3 }), {}, NOON, 10)).toBe(3);
    expect(takeMany(new Limits([burst(2, 10)], { share: 0.01 }), {}, NOON, 10)).toBe(1);
  });
});

describe('a day', () => {
  it.each([
    ['UTC', NOON, 12 * HOUR],
    ['America/Chicago', NOON, 18 * HOUR],
    ['the day of the change to summer time, an hour shorter', Date.UTC(2026, 2, 8, 12), 17 * HOUR, 'America/Chicago'],
    ['the day of the change back, an hour longer', Date.UTC(2026, 10, 1, 12), 18 * HOUR, 'America/Chicago'],
    ['a zone whose midnight is left out', Date.UTC(2025, 2, 8, 12), 17 * HOUR, 'America/Havana'],
  ])('begins again at midnight of %s', (name, now, waitMs, zone = name) => {
    const limits = new Limits([daily(2, { zone })]);
    expect(takeMany(limits, {}, now, 3)).toBe(2);
    expect(waitOf(limits, {}, now)).toBe(waitMs);
    expect(waitOf(limits, {}, now + waitMs - 1)).toBe(1);
    expect(takeMany(limits, {}, now + waitMs, 3)).toBe(2);
  });

  it('rolls: a call counts for 24 hours, to the minute', () => {
    const limits = new Limits([daily(2, 'rolling')]);
    limits.take({}, NOON);
    limits.take({}, NOON + HOUR);
    expect(waitOf(limits, {}, NOON + 2 * HOUR)).toBe(DAY - 2 * HOUR);
    expect(takeMany(limits, {}, NOON + DAY, 3)).toBe(1);
  });

  it('counts what a process before this one called', () => {
    const limits = new Limits([daily(10, { zone: 'UTC' }), daily(12, 'rolling')]);
    limits.note({}, NOON - DAY, 5);
    limits.note({}, NOON - HOUR, 7);
    expect(takeMany(limits, {}, NOON, 10)).toBe(3);
    const onlyBefore = new Limits([daily(10, 'rolling')]);
    onlyBefore.note({}, NOON - HOUR, 9);
    onlyBefore.note({}, NOON - 2 * HOUR, 1);
    expect(waitOf(onlyBefore, {}, NOON)).toBe(DAY - 2 * HOUR);
  });
});

describe('at once', () => {
  it('lets as many be under way, keeps one of two for the reserve, and shares an only one', () => {
    const limits = new Limits([atOnce(2)], { reserve: 0.1 });
    const first = taken(limits, {}, NOON);
    expect(limits.take({}, NOON).ok).toBe(false);
    const second = taken(limits, URGENT, NOON);
    first.release();
    first.release();
    expect(limits.take({}, NOON).ok).toBe(false);
    second.release();
    expect(limits.take({}, NOON).ok).toBe(true);
    expect(new Limits([atOnce(1)], { reserve: 0.1 }).take({}, NOON).ok).toBe(true);
  });

  it('is told to whoever works in parallel', () => {
    expect(callsAtOnce([atOnce(5), burst(1, 1), { ...atOnce(3), counts: 'named' }])).toBe(5);
    expect(callsAtOnce([burst(1, 1)])).toBe(4);
  });
});

describe('what counts', () => {
  it('is a call that names the limit, on top of the others', () => {
    const search = burst(1, 1, { name: 'search', counts: 'named' });
    const limits = new Limits([burst(3, 10), search]);
    expect(takeMany(limits, { limit: 'search' }, NOON, 5)).toBe(1);
    expect(takeMany(limits, {}, NOON, 5)).toBe(2);
    expect(takeMany(limits, { limit: 'search' }, NOON + 1_000, 5)).toBe(0);
  });

  it('is each channel by itself, and no call without one', () => {
    const limits = new Limits([burst(1, 1, { name: 'message', per: 'channel' })]);
    expect(takeMany(limits, { channel: 'a' }, NOON, 5)).toBe(1);
    expect(takeMany(limits, { channel: 'b' }, NOON, 5)).toBe(1);
    expect(takeMany(limits, {}, NOON, 5)).toBe(5);
    expect(takeMany(limits, { channel: 'a' }, NOON + 1_000, 5)).toBe(1);
  });

  it('is nothing where one of the limits holds the call, and the longest wait is told', () => {
    const limits = new Limits([burst(1, 10), daily(1, { zone: 'UTC' }), atOnce(1)]);
    const turn = taken(limits, {}, NOON);
    expect(limits.take({}, NOON)).toMatchObject({ waitMs: 12 * HOUR, because: 'the limit day of 1 calls is used up' });
    turn.release();
    const apart = new Limits([burst(1, 10, { counts: 'named', name: 'x' }), burst(2, 60)]);
    takeMany(apart, { limit: 'x' }, NOON, 5);
    expect(takeMany(apart, {}, NOON, 5)).toBe(1);
  });

  it('is the first call of a turn once, and those after it on top', () => {
    const limits = new Limits([burst(3, 10), atOnce(1)]);
    const turn = taken(limits, {}, NOON);
    turn.count(NOON);
    turn.count(NOON);
    turn.release();
    expect(takeMany(limits, {}, NOON, 1)).toBe(1);
    expect(waitOf(limits, {}, NOON)).toBe(10_000);
  });
});

it('rests all calls when the other side asked for it, and never shorter than it asked', () => {
  const limits = new Limits([burst(5, 10)], { reserve: 0.1 });
  limits.rest(NOON + 5_000);
  limits.rest(NOON + 1_000);
  expect(limits.take(URGENT, NOON)).toEqual({ ok: false, waitMs: 5_000, because: 'the other side asked to wait' });
  expect(limits.take(URGENT, NOON + 5_000).ok).toBe(true);
});

it('never lets more go in any stretch than the limit says, and lets one go after the wait it told', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 120 });
  const given = fc.record({ steps, calls: fc.integer({ min: 1, max: 6 }), seconds: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(given, ({ steps: pauses, calls, seconds }) => {
      const limits = new Limits([burst(calls, seconds)]);
      const granted: number[] = [];
      let now = NOON;
      for (const pause of pauses) {
        now += pause;
        const grant = limits.take({}, now);
        const recent = granted.filter((at) => at > now - seconds * 1_000);
        expect(grant.ok).toBe(recent.length < calls);
        if (!grant.ok) {
          expect(waitOf(limits, {}, now + grant.waitMs - 1)).toBe(1);
          now += grant.waitMs;
          expect(limits.take({}, now).ok).toBe(true);
        }
        granted.push(now);
      }
    }),
  );
});
