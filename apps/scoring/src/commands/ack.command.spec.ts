import { dayOf } from './ack.command';

const NOW = Date.parse('2026-11-24T12:00:00Z');

it.each(['2026-11-23', '2026-11-24', '2027-11-24'])('%s is a day to wait for', (day) =>
  expect(dayOf(day, NOW)).toBe(day),
);

it.each(['2026-11-22', '2027-11-25', '2026-02-30', 'tomorrow', '2026-11-24T00:00:00Z', ''])('%s is refused', (day) => {
  expect(() => dayOf(day, NOW)).toThrow(/--until: .* is not a valid day from 2026-11-23 to 2027-11-24/);
});
