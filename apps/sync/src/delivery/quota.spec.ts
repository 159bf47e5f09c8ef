import { Quota } from './quota';

const NONE = { shortWindow: null, callsPerDay: null, concurrency: 100 };
const NOON = Date.UTC(2026, 0, 5, 12);
const takeMany = (quota: Quota, lane: 'batch' | 'urgent', now: number, count: number): number => {
  let taken = 0;
  for (let index = 0; index < count; index++) if (quota.take(lane, now).ok) taken += 1;
  return taken;
};

describe('Quota', () => {
  it('lets so many calls go in any short window and says when the next may', () => {
    const quota = new Quota({ ...NONE, shortWindow: { calls: 3, seconds: 10 } }, 0);
    expect(takeMany(quota, 'batch', NOON, 5)).toBe(3);
    expect(quota.take('batch', NOON + 4_000)).toEqual({ ok: false, waitMs: 6_000 });
    expect(quota.take('batch', NOON + 10_000)).toEqual({ ok: true });
  });

  it('keeps a part of the window for the urgent lane', () => {
    const quota = new Quota({ ...NONE, shortWindow: { calls: 10, seconds: 10 } }, 0.2);
    expect(takeMany(quota, 'batch', NOON, 10)).toBe(8);
    expect(takeMany(quota, 'urgent', NOON, 10)).toBe(2);
  });

  it('lets the urgent lane use what the batch lane does not', () => {
    const quota = new Quota({ ...NONE, shortWindow: { calls: 10, seconds: 10 } }, 0.2);
    expect(takeMany(quota, 'urgent', NOON, 20)).toBe(10);
    expect(quota.take('batch', NOON).ok).toBe(false);
  });

  it('counts a day of UTC and begins again at midnight', () => {
    const quota = new Quota({ ...NONE, callsPerDay: 2 }, 0);
    expect(takeMany(quota, 'batch', NOON, 3)).toBe(2);
    expect(quota.take('batch', NOON)).toEqual({ ok: false, waitMs: 12 * 3_600_000 });
    expect(quota.take('batch', NOON + 12 * 3_600_000)).toEqual({ ok: true });
  });

  it('keeps one of two connections for the urgent lane, and shares an only one', () => {
    const two = new Quota({ ...NONE, concurrency: 2 }, 0.1);
    expect([two.take('batch', NOON).ok, two.take('batch', NOON).ok, two.take('urgent', NOON).ok]).toEqual([
      true,
      false,
      true,
    ]);
    two.release();
    two.release();
    expect(two.take('batch', NOON).ok).toBe(true);
    const one = new Quota({ ...NONE, concurrency: 1 }, 0.1);
    expect(one.take('batch', NOON).ok).toBe(true);
  });

  it('rests both lanes when the destination says so', () => {
    const quota = new Quota(NONE, 0.1);
    quota.rest(NOON + 5_000);
    expect(quota.take('urgent', NOON)).toEqual({ ok: false, waitMs: 5_000 });
    expect(quota.take('urgent', NOON + 5_000)).toEqual({ ok: true });
  });
});
