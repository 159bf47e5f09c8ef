import { instant, parseInstant } from './instants';

const AT = Date.UTC(2026, 10, 26, 2, 30);

describe('an instant is shown in UTC, whatever the machine’s zone', () => {
  it.each<[string, Parameters<typeof instant>[0], string]>([
    ['epoch milliseconds', AT, '2026-11-26T02:30:00Z'],
    ['milliseconds, cut', AT + 999, '2026-11-26T02:30:00Z'],
    ['a Date', new Date(AT), '2026-11-26T02:30:00Z'],
    ['ClickHouse’s ISO form', '2026-11-26T02:30:00.123Z', '2026-11-26T02:30:00Z'],
    ['ClickHouse’s own form', '2026-11-26 02:30:00', '2026-11-26T02:30:00Z'],
    ['ClickHouse’s own form with digits', '2026-11-26 02:30:00.123456', '2026-11-26T02:30:00Z'],
    ['an offset', '2026-11-25T21:30:00-05:00', '2026-11-26T02:30:00Z'],
    ['what has not happened', null, ''],
    ['what is unknown', undefined, ''],
    ['no text', '', ''],
    ['what is not an instant', 'soon', 'soon'],
  ])('%s', (_what, at, shown) => {
    expect(instant(at)).toBe(shown);
  });
});

describe('an instant that a person types', () => {
  it.each([
    ['2026-11-26T02:30:00Z', AT],
    ['2026-11-26T02:30Z', AT],
    ['2026-11-26T02:30:00.5Z', AT + 500],
    ['2026-11-26T02:30:00.123456Z', AT + 123],
    ['2026-11-25T21:30:00-05:00', AT],
    ['2026-11-26T08:00:00+0530', AT],
    ['2026-11-26T03:30:00+01', AT],
    ['2026-11-26 02:30:00+00', AT],
    ['2026-11-26T02:30:00', AT],
    ['2026-11-26 02:30:00', AT],
    [' 2026-11-26t02:30:00z ', AT],
  ])('%s', (text, at) => {
    expect(parseInstant(text)).toBe(at);
  });

  it('reads what commands show', () => {
    expect(parseInstant(instant(AT))).toBe(AT);
  });

  it.each([
    '',
    'now',
    '0',
    '1795505635469',
    '2026-11-26',
    '2026-02-30T10:00:00Z',
    '2026-11-26T24:00:00Z',
    '2026-11-26T02:60:00Z',
    '2026-11-26T02:30:00+25:00',
    '26/11/2026 02:30',
    '2026-11-26T02:30:00 EST',
  ])('refuses "%s" and shows how to write one', (text) => {
    expect(() => parseInstant(text)).toThrow(
      expect.objectContaining({ code: 'USAGE_INVALID', advice: expect.stringContaining('2026-11-24T02:00:00Z') }),
    );
  });
});
