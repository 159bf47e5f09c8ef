import fc from 'fast-check';

import {
  addDays,
  dayAt,
  dayOf,
  daysBetween,
  findMisalignedDay,
  isDayComplete,
  resolveZone,
  windowsOfDay,
} from './calendar';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Zones with half-hour and three-quarter offsets, southern summers, midnight switches, and a skipped day. */
const ZONES = [
  'UTC',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Havana',
  'America/Santiago',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Europe/Lisbon',
] as const;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** An independent implementation: what the local date is at an instant, by ECMA-402. */
function localDate(instant: number, zone: string): string {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(zone, formatter);
  }
  return formatter.format(instant);
}

/** The first minute of a local date by searching, with no rules of the zone at all. */
function startByIntl(date: string, zone: string): number {
  let low = Date.parse(`${date}T00:00:00Z`) - 30 * HOUR;
  let high = Date.parse(`${date}T00:00:00Z`) + 30 * HOUR;
  while (high - low > MINUTE) {
    const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
    if (localDate(middle, zone) < date) low = middle;
    else high = middle;
  }
  return high;
}

const anyZone = fc.constantFrom(...ZONES);
const anyInstant = fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2035, 0, 1) });

describe('days of a zone', () => {
  it('hold exactly the instants whose local date they are, by Intl', () => {
    fc.assert(
      fc.property(anyZone, anyInstant, (zone, instant) => {
        const day = dayAt(instant, zone);
        expect(localDate(instant, zone)).toBe(day.date);
        expect(localDate(day.start, zone)).toBe(day.date);
        expect(localDate(day.end - 1, zone)).toBe(day.date);
        expect(localDate(day.start - 1, zone)).not.toBe(day.date);
        expect(localDate(day.end, zone)).not.toBe(day.date);
      }),
      { numRuns: 400 },
    );
  });

  it('begin where a search with Intl finds their first minute', () => {
    fc.assert(
      fc.property(anyZone, anyInstant, (zone, instant) => {
        const { date, start } = dayAt(instant, zone);
        expect(start).toBe(startByIntl(date, zone));
      }),
      { numRuns: 150 },
    );
  });

  it('follow each other without gap or overlap through every switch of four years', () => {
    for (const zone of ZONES) {
      const days = daysBetween('2017-12-31', '2022-01-02', zone);
      const broken = days.filter((day, index) => index > 0 && day.start !== days[index - 1]?.end);
      expect(broken).toEqual([]);
    }
  });

  it.each([
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['America/New_York', '2026-07-01', 24],
    ['America/Havana', '2026-03-08', 23],
    ['America/Havana', '2026-11-01', 25],
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Asia/Kathmandu', '2026-05-01', 24],
  ])('%s %s has %d hours', (zone, date, hours) => {
    const day = dayOf(date, zone);
    expect((day.end - day.start) / HOUR).toBe(hours);
  });

  it('refuse what is no date and what is no zone', () => {
    for (const date of ['2026-02-30', '2026-2-3', 'today', '', '2026-01-01T00:00']) {
      expect(() => dayOf(date, 'UTC')).toThrow(RangeError);
    }
    expect(() => resolveZone('Mars/Olympus')).toThrow(RangeError);
    expect(() => resolveZone('constructor')).toThrow(RangeError);
    expect(dayOf('2026-01-01', 'EST').start).toBe(Date.UTC(2026, 0, 1, 5));
  });
});

describe('windows of a day', () => {
  it('make up the day exactly wherever its bounds fall on windows', () => {
    fc.assert(
      fc.property(anyZone, anyInstant, fc.constantFrom(15, 30, 60), (zone, instant, minutes) => {
        const day = dayAt(instant, zone);
        const size = minutes * MINUTE;
        const starts = windowsOfDay(day, size);
        starts.slice(1).forEach((start, index) => expect(start - (starts[index] ?? 0)).toBe(size));
        if (day.start % size !== 0 || day.end % size !== 0) return;
        expect(starts[0]).toBe(day.start);
        expect((starts.at(-1) ?? 0) + size).toBe(day.end);
      }),
    );
  });

  it.each([
    ['America/New_York', 60, null],
    ['Asia/Kolkata', 30, null],
    ['Asia/Kolkata', 60, '2026-01-01'],
    ['Asia/Kathmandu', 15, null],
    ['Asia/Kathmandu', 30, '2026-01-01'],
    ['Australia/Lord_Howe', 60, '2026-04-06'],
    ['Australia/Lord_Howe', 30, null],
    ['Pacific/Chatham', 15, null],
  ])('%s with windows of %d minutes: first day that begins inside a window is %s', (zone, minutes, date) => {
    expect(findMisalignedDay(zone, minutes * MINUTE, '2026-01-01', '2026-12-31')?.date ?? null).toBe(date);
  });
});

describe('completeness of a day', () => {
  it.each([
    { spill: 0, from: '2026-11-22T05:10Z' },
    { spill: 30 * MINUTE, from: '2026-11-22T06:10Z' },
    { spill: HOUR, from: '2026-11-22T06:10Z' },
    { spill: HOUR + 1, from: '2026-11-22T07:10Z' },
  ])('is reached when the windows up to its end and $spill ms are closed: $from', ({ spill, from }) => {
    const day = dayOf('2026-11-21', 'America/New_York');
    const window = { sizeMs: HOUR, graceMs: 10 * MINUTE };
    expect(isDayComplete(day, Date.parse(from), window, spill)).toBe(true);
    expect(isDayComplete(day, Date.parse(from) - 1, window, spill)).toBe(false);
  });
});

it('dates add up without a zone', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  expect(addDays('2026-03-08', -8)).toBe('2026-02-28');
  expect(() => addDays('nonsense', 1)).toThrow(RangeError);
});
