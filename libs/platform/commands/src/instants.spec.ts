import { instant } from './instants';

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
