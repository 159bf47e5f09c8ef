import { createTicker, nextLocalTime } from './ticks';

const NEW_YORK = 'America/New_York';
const iso = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString());
const at = (text: string): number => Date.parse(text);

/** Ticks between two instants, found the way the scheduler finds them: by looking every minute. */
function ticksSeen(cron: string, from: string, to: string): string[] {
  const ticker = createTicker(cron, NEW_YORK);
  const seen = new Set<string>();
  for (let now = at(from); now <= at(to); now += 60_000) {
    const tick = ticker.newest(now);
    if (tick !== null && tick >= at(from)) seen.add(iso(tick) as string);
  }
  return [...seen];
}

describe('a schedule through the switches of New York', () => {
  it.each([
    {
      name: '02:00 on an ordinary day',
      cron: '0 2 * * *',
      from: '2026-11-24T06:00Z',
      to: '2026-11-24T08:00Z',
      ticks: ['2026-11-24T07:00:00.000Z'],
    },
    {
      name: '02:30 that does not exist runs after the gap',
      cron: '30 2 * * *',
      from: '2026-03-08T05:00Z',
      to: '2026-03-08T09:00Z',
      ticks: ['2026-03-08T07:00:00.000Z'],
    },
    {
      name: '01:30 that exists twice runs once',
      cron: '30 1 * * *',
      from: '2026-11-01T04:00Z',
      to: '2026-11-01T09:00Z',
      ticks: ['2026-11-01T05:30:00.000Z'],
    },
    {
      name: '01:30 as one of several hours runs once',
      cron: '30 1,13 * * *',
      from: '2026-11-01T04:00Z',
      to: '2026-11-01T19:00Z',
      ticks: ['2026-11-01T05:30:00.000Z', '2026-11-01T18:30:00.000Z'],
    },
    {
      name: 'every hour runs in both of them',
      cron: '0 * * * *',
      from: '2026-11-01T05:00Z',
      to: '2026-11-01T07:00Z',
      ticks: ['2026-11-01T05:00:00.000Z', '2026-11-01T06:00:00.000Z', '2026-11-01T07:00:00.000Z'],
    },
  ])('$name', ({ cron, from, to, ticks }) => {
    expect(ticksSeen(cron, from, to)).toEqual(ticks);
  });

  it('knows its own ticks and the next one', () => {
    const ticker = createTicker('0 2 * * *', NEW_YORK);
    expect(ticker.isTick(at('2026-11-24T07:00Z'))).toBe(true);
    expect(ticker.isTick(at('2026-11-24T07:00:01Z'))).toBe(false);
    expect(iso(ticker.next(at('2026-11-24T07:00Z')))).toBe('2026-11-25T07:00:00.000Z');
  });

  it('finds the newest tick of a weekly, a monthly and an every-minute schedule', () => {
    const now = at('2026-11-24T12:34:56Z');
    expect(iso(createTicker('30 0 * * 1', NEW_YORK).newest(now))).toBe('2026-11-23T05:30:00.000Z');
    expect(iso(createTicker('0 3 1 * *', NEW_YORK).newest(now))).toBe('2026-11-01T08:00:00.000Z');
    expect(iso(createTicker('* * * * *', NEW_YORK).newest(now))).toBe('2026-11-24T12:34:00.000Z');
  });

  it('refuses what is no schedule', () => {
    expect(() => createTicker('at two', NEW_YORK)).toThrow(expect.objectContaining({ name: 'ConfigError' }));
  });
});

it('nextLocalTime is the same day, or the next when it has passed', () => {
  expect(iso(nextLocalTime(at('2026-11-24T07:00Z'), '05:00', NEW_YORK))).toBe('2026-11-24T10:00:00.000Z');
  expect(iso(nextLocalTime(at('2026-11-24T15:00Z'), '05:00', NEW_YORK))).toBe('2026-11-25T10:00:00.000Z');
});
