import { parseReplayRange } from './replay-range';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const read = (from?: string, to?: string, head = 9) => parseReplayRange({ from, to }, head, 'America/New_York', NOW);

it.each([
  [undefined, undefined, { kind: 'steps', from: 1, to: 9 }],
  ['3', undefined, { kind: 'steps', from: 3, to: 9 }],
  [undefined, '4', { kind: 'steps', from: 1, to: 4 }],
  ['2', '2', { kind: 'steps', from: 2, to: 2 }],
  ['2026-11-20', undefined, { kind: 'days', from: Date.UTC(2026, 10, 20, 5), to: Date.UTC(2026, 10, 21, 5) }],
  [undefined, '2026-11-20', { kind: 'days', from: Date.UTC(2026, 10, 20, 5), to: Date.UTC(2026, 10, 21, 5) }],
  ['2026-11-20', '2026-11-21', { kind: 'days', from: Date.UTC(2026, 10, 20, 5), to: Date.UTC(2026, 10, 22, 5) }],
])('--from %s --to %s is %j', (from, to, expected) => expect(read(from, to)).toEqual(expected));

it.each([
  ['5', '4', 'step 5 is after step 4'],
  ['12', undefined, 'there is no step 12: the newest is 9'],
  ['1', '2026-11-20', 'give two steps, or two days'],
  ['2026-11-20', '7', 'give two steps, or two days'],
  ['2026-11-21', '2026-11-20', 'is after'],
  ['2026-11-20T10:00:00Z', undefined, 'is not a date'],
  ['2026-11-31', undefined, 'is not a date that exists'],
  ['2026-12-24', undefined, 'is in the future'],
  ['first', undefined, 'is not a date'],
  ['-1', undefined, 'is not a date'],
  ['1.5', undefined, 'is not a date'],
])('refuses --from %s --to %s: %s', (from, to, why) => {
  expect(() => read(from, to)).toThrow(why);
  expect(() => read(from, to)).toThrow(RangeError);
});
