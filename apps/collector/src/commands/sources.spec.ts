import type { Instance } from '../instances/load-instances';
import { madeInstance } from '../testing/polling/made-poll-source';
import { describeSources } from './sources';

const NOW = Date.UTC(2026, 0, 5, 12);
const made = madeInstance('made', 'http://127.0.0.1:1');
const direct: Instance = { ...made, name: 'river', type: 'direct', source: null };
const record = { v: 1, cursor: { after: 7 }, written_at: NOW - 500, records: 7, replica: 'r' } as const;
const describeA = (passed_at: number | null, instance = made) =>
  describeSources([instance], new Map([['made/a', { ...record, passed_at }]]), 't.', NOW)[0];

it('has a line for every source, and of those that are polled for every stream', () => {
  expect(describeSources([direct, made], new Map(), 't.', NOW)).toMatchObject([
    { source: 'river', kind: 'direct', topic: 't.signals.river.v1', stream: null, state: null },
    { source: 'made', kind: 'poll', topic: 't.signals.made.v1', stream: 'a', state: 'never_read', records: 0 },
    { source: 'made', kind: 'poll', topic: 't.signals.made.v1', stream: 'b', state: 'never_read', records: 0 },
  ]);
});

it.each<[string, number | null, number | null]>([
  ['reading', null, null],
  ['waiting', NOW - 500, NOW + 500],
  ['due', NOW - 5_000, NOW - 4_000],
])('a stream is %s with its last pass at %s', (state, passed_at, next_at) => {
  expect(describeA(passed_at)).toMatchObject({ state, passed_at, next_at, records: 7, cursor: { after: 7 } });
});

it('the next pass is when the instance says', () => {
  const hourly = { ...made, streams: { a: { cron: '0 13 * * *', zone: 'UTC' } } };
  expect(describeA(NOW - 500, hourly)?.next_at).toBe(NOW + 3_600_000);
});
