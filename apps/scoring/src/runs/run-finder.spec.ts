import type { RunPublished } from '@millrace/contract-score';

import { trialsFirst } from './run-finder';

const run = (run_id: string, model: string, as_of: number): RunPublished => ({ run_id, model, as_of }) as RunPublished;
const published = { newestRun: (model: string, through: number) => run('published', model, through) };
const { newestRun } = trialsFirst(
  [run('a1', 'a', 1), run('a5', 'a', 5), run('a5 again', 'a', 5), run('b9', 'b', 9)],
  published,
);

it.each([
  ['the newest that was tried', 'a', 7, 'a5 again'],
  ['nothing from the future', 'a', 4, 'a1'],
  ['a published one where nothing was tried yet', 'a', 0, 'published'],
  ['a published one of another model', 'c', 9, 'published'],
])('finds %s', (_what, model, through, expected) => {
  expect(newestRun(model, through)?.run_id).toBe(expected);
});
