import type { DecidedRun } from '../schedule/decision-index';
import { downstreamOf } from './rerun-downstream';

const run = (run_id: string, model: string, as_of: number, reads: readonly string[], previous: string | null = null) =>
  ({
    run_id,
    model,
    as_of,
    previous_run_id: previous,
    inputs: Object.fromEntries(reads.map((id, index) => [`i${index}`, { kind: 'run', run_id: id }])),
  }) as unknown as DecidedRun;

const NIGHTS = [
  run('people1', 'people', 1, []),
  run('score1', 'score', 1, ['people1']),
  run('people2', 'people', 2, []),
  run('score2', 'score', 2, ['people2'], 'score1'),
  run('other2', 'other', 2, ['people2']),
];

it.each([
  ['a run of before', 'people', 1, ['people@1', 'score@1', 'score@2']],
  ['a run that is read by two', 'people', 2, ['people@2', 'score@2', 'other@2']],
  ['a run that nobody reads', 'other', 2, ['other@2']],
])('downstream of %s is what reads or continues it, through others too', (_what, model, as_of, expected) => {
  expect([...downstreamOf(NIGHTS, [{ model, as_of }])].sort()).toEqual([...expected].sort());
});

it('a run that only its newer revision reads counts for those that read the older one', () => {
  const revised = [...NIGHTS, run('people2b', 'people', 2, ['score1'])];
  expect(downstreamOf(revised, [{ model: 'score', as_of: 1 }])).toEqual(
    new Set(['score@1', 'score@2', 'people@2', 'other@2']),
  );
});
