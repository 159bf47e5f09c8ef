import { dayInZone } from './day-in-zone';

const at = (iso: string): number => Date.parse(iso);

describe('dayInZone', () => {
  it.each([
    ['UTC', '2026-01-05T07:00:00Z', '2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z'],
    ['America/New_York', '2026-01-05T03:00:00Z', '2026-01-04T05:00:00Z', '2026-01-05T05:00:00Z'],
    // Clocks go forward: 23 hours.
    ['America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
    // Clocks go back: 25 hours.
    ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ])('knows the day of %s that holds %s', (zone, now, begins, ends) => {
    expect(dayInZone(zone, at(now))).toEqual({ begins: at(begins), ends: at(ends) });
  });

  it('begins a day at its midnight', () => {
    const { ends } = dayInZone('Europe/Berlin', at('2026-10-25T12:00:00Z'));
    expect(dayInZone('Europe/Berlin', ends).begins).toBe(ends);
  });
});
