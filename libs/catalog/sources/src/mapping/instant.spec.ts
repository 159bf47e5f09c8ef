import fc from 'fast-check';
import { DateTime } from 'luxon';

import { ExactNumber } from '../json/exact-number';
import { instantOf, readInstant, readSeconds } from './instant';

const shown = (value: unknown): string => {
  const at = instantOf(value);
  return at === null ? 'refused' : new Date(at).toISOString();
};

describe('an instant is read', () => {
  it.each([
    ['2026-11-26T02:30:00Z', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26t02:30:00z', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26 02:30:00', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26T02:30', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26', '2026-11-26T00:00:00.000Z'],
    ['2026-11-26T02:30:00+00', '2026-11-26T02:30:00.000Z'],
    ['2026-11-25 21:30:00-05', '2026-11-26T02:30:00.000Z'],
    ['2026-11-25 21:30:00.123456-05', '2026-11-26T02:30:00.123Z'],
    ['2026-11-26 08:00:00 +05:30', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26T08:00:00+0530', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26T02:30:00-00:00', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26T16:30:00+14:00', '2026-11-26T02:30:00.000Z'],
    ['2026-11-25T14:30:00-12:00', '2026-11-26T02:30:00.000Z'],
    ['2026-11-26T02:30:00.1Z', '2026-11-26T02:30:00.100Z'],
    ['2026-11-26T02:30:00,5Z', '2026-11-26T02:30:00.500Z'],
    ['2026-11-26T02:30:00.999999999Z', '2026-11-26T02:30:00.999Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2026-11-26T24:00:00Z', '2026-11-27T00:00:00.000Z'],
    ['2026-12-31T24:00', '2027-01-01T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    [1_795_660_200_000, '2026-11-26T02:30:00.000Z'],
    [1_795_660_200_000.9, '2026-11-26T02:30:00.000Z'],
    [new ExactNumber('1795660200000.123456789'), '2026-11-26T02:30:00.000Z'],
    [new ExactNumber('1795660199999.99999999999999'), '2026-11-26T02:29:59.999Z'],
    [new ExactNumber('1.7956602000001234567e12'), '2026-11-26T02:30:00.000Z'],
    [new ExactNumber('1.79566019999999999999999e12'), '2026-11-26T02:29:59.999Z'],
    [new ExactNumber('17956601999.9999999999999999E+2'), '2026-11-26T02:29:59.999Z'],
    [new ExactNumber('17956601999999999999999999e-13'), '2026-11-26T02:29:59.999Z'],
    [new ExactNumber('1e-400'), 'refused'],
    [new ExactNumber('17956602000001234567'), 'refused'],
    [new ExactNumber('1e400'), 'refused'],
    [100_000_000_000, '1973-03-03T09:46:40.000Z'],
    [9_999_999_999_999, '2286-11-20T17:46:39.999Z'],
  ])('%s is %s', (value, expected) => {
    expect(shown(value)).toBe(expected);
  });
});

describe('is refused, with words', () => {
  it.each([
    ['2026-02-30T10:00:00Z', '2026-02 has no 30'],
    ['2026-02-29', '2026-02 has no 29'],
    ['2100-02-29', '2100-02 has no 29'],
    ['2026-04-31', '2026-04 has no 31'],
    ['2026-01-00', '2026-01 has no 00'],
    ['2026-13-01', 'month 13'],
    ['0000-00-00 00:00:00', 'month 00'],
    ['2026-11-26T25:00:00Z', 'time of day'],
    ['2026-11-26T24:00:01Z', 'time of day'],
    ['2026-11-26T24:00:00.0001Z', 'time of day'],
    ['2026-11-26T02:60:00Z', 'time of day'],
    ['2026-12-31T23:59:60Z', 'time of day'],
    ['2026-11-26T02:30:00+15:00', '-12:00 to +14:00'],
    ['2026-11-26T02:30:00-12:30', '-12:00 to +14:00'],
    ['2026-11-26T02:30:00+05:60', '-12:00 to +14:00'],
    ['2026-11-26 08:00:00 +5:30', 'ISO 8601'],
    ['2026-11-26T02:30:00 05:30', 'ISO 8601'],
    ['2026-11-26T02:30:00 UTC', 'ISO 8601'],
    ['2026-11-26T02:30:00+02:00[Europe/Berlin]', 'ISO 8601'],
    ['2026-11-26T02Z', 'ISO 8601'],
    ['2026-11-26Z', 'ISO 8601'],
    ['2026-11-26T02:30:00.Z', 'ISO 8601'],
    ['2026-11-26T02:30.5Z', 'ISO 8601'],
    ['2026-11-26T2:30:00Z', 'ISO 8601'],
    ['2026-11-26T02:30:00Z ', 'ISO 8601'],
    ['2026-11-26T02:30:00Z\n', 'ISO 8601'],
    ['+012026-11-26T02:30:00Z', 'ISO 8601'],
    ['-2026-11-26', 'ISO 8601'],
    ['20261126T023000Z', 'ISO 8601'],
    ['2026-W48-4', 'ISO 8601'],
    ['2026-330', 'ISO 8601'],
    ['26-11-2026', 'ISO 8601'],
    ['11/26/2026', 'ISO 8601'],
    ['Thu, 26 Nov 2026 02:30:00 GMT', 'ISO 8601'],
    ['infinity', 'ISO 8601'],
    ['now', 'ISO 8601'],
    ['', 'ISO 8601'],
    ['٢٠٢٦-١١-٢٦', 'ISO 8601'],
    ['1', 'not a text'],
    ['1795660200000', 'not a text'],
    [1_795_660_200, 'multiply by 1000'],
    [1_795_660_200_000_000, 'divide by 1000'],
    [1_795_660_200_000_000_000, 'divide by 1000000'],
    [Number.MAX_SAFE_INTEGER, 'milliseconds'],
    [99_999_999_999, 'milliseconds'],
    [10_000_000_000_000, 'milliseconds'],
    [0, 'milliseconds'],
    [-1, 'milliseconds'],
    [Number.NaN, 'milliseconds'],
    [Number.POSITIVE_INFINITY, 'milliseconds'],
    [true, 'neither'],
    [null, 'neither'],
    [undefined, 'neither'],
    [{ $date: '2026-11-26T02:30:00Z' }, 'neither'],
    [['2026-11-26T02:30:00Z'], 'neither'],
  ])('%j: %s', (value, words) => {
    const reading = readInstant(value);
    expect(reading).toMatchObject({ ok: false, problem: expect.stringContaining(words) });
    expect(instantOf(value)).toBeNull();
  });
});

const two = (most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 12 });

/** Texts of every accepted form with free parts, many of which name no instant, and what luxon and arithmetic say. */
const text = fc
  .record({
    date: fc.tuple(fc.integer({ min: 0, max: 9999 }), two(13), two(32)),
    separator: fc.constantFrom('T', 't', ' '),
    time: fc.tuple(two(25), two(61), two(61)),
    fraction: digits,
    sign: fc.constantFrom('+', '-'),
    offset: fc.tuple(two(15), two(61)),
    zone: fc.constantFrom('', 'Z', 'z', 'hh', 'hhmm', 'hh:mm', ' hh:mm'),
  })
  .map(({ date: [year, month, day], separator, time, fraction, sign, offset: [hours, minutes], zone }) => {
    const date = `${String(year).padStart(4, '0')}-${month}-${day}`;
    const clock = time.join(':');
    const inOffset = zone.includes('mm') ? Number(minutes) : 0;
    const ahead = zone.includes('hh') ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + inOffset) : 0;
    const utc = DateTime.fromISO(`${date}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`, { zone: 'utc' });
    const isInstant =
      utc.isValid && inOffset <= 59 && ahead >= -720 && ahead <= 840 && !(time[0] === '24' && /[1-9]/.test(fraction));
    return {
      written: `${date}${separator}${clock}${fraction === '' ? '' : `.${fraction}`}${zone.replace('hh', sign + hours).replace('mm', minutes)}`,
      expected: isInstant ? utc.toMillis() - ahead * 60_000 : null,
    };
  });

it('agrees with luxon and arithmetic on every form', () => {
  let read = 0;
  fc.assert(
    fc.property(text, ({ written, expected }) => {
      if (expected !== null) read += 1;
      expect(instantOf(written)).toBe(expected);
    }),
    { numRuns: 3_000 },
  );
  expect(read).toBeGreaterThan(500);
});

it('reads every text that a date writes, and its own millisecond', () => {
  fc.assert(
    fc.property(
      fc.date({
        min: new Date('0000-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59.999Z'),
        noInvalidDate: true,
      }),
      (date) => {
        expect(instantOf(date.toISOString())).toBe(date.getTime());
      },
    ),
  );
});

it('reads nothing else: any text is refused or has the form of a date', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.jsonValue()), (value) => {
      if (instantOf(value) !== null && typeof value === 'string') expect(value).toMatch(/^\d{4}-\d\d-\d\d/);
    }),
  );
});

describe('seconds', () => {
  it.each([
    [1_767_225_600, '2026-01-01T00:00:00.000Z'],
    [100_000_000, '1973-03-03T09:46:40.000Z'],
    [9_999_999_999, '2286-11-20T17:46:39.000Z'],
  ])('%j are %s', (seconds, expected) => {
    const reading = readSeconds(seconds);
    expect(reading.ok && new Date(reading.at).toISOString()).toBe(expected);
  });

  it.each([99_999_999, 10_000_000_000, 1_767_225_600_000, 1_767_225_600.5, -1, Number.NaN, '1767225600', null, {}])(
    'are not %j',
    (value) => {
      expect(readSeconds(value).ok).toBe(false);
    },
  );
});
