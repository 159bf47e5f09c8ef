import type { Reading } from '@millrace/catalog-destinations';
import type { Outcome } from '@millrace/contract-delivery';

import { batchOf } from '../testing/deliver-in-memory';
import { trusted } from './trusted-route';

const items = batchOf(['ann', 'bob']).records.map((record) => ({ record, encoded: '' }));
const says = (...outcomes: [string, string][]): Reading => ({
  kind: 'records',
  outcomes: outcomes.map(([record_id, outcome]) => ({ record_id, outcome: outcome as Outcome, detail: '' })),
});
const briefly = (reading: Reading): string =>
  reading.kind === 'records' ? reading.outcomes.map(({ outcome }) => outcome).join(' ') : reading.kind;

it.each<[string, Reading, string]>([
  ['one outcome each', says(['ann', 'accepted'], ['bob', 'rejected']), 'accepted rejected'],
  ['one word twice', says(['ann', 'accepted'], ['ann', 'accepted'], ['bob', 'gone']), 'accepted gone'],
  ['different words', says(['ann', 'accepted'], ['ann', 'rejected'], ['bob', 'accepted']), 'unknown accepted'],
  ['a third word', says(['ann', 'a'], ['ann', 'accepted'], ['bob', 'accepted']), 'unknown accepted'],
  ['a word that is not an outcome', says(['ann', 'PENDING'], ['bob', 'accepted']), 'unknown accepted'],
  ['a word that is ours to say', says(['ann', 'superseded'], ['bob', 'accepted']), 'unknown accepted'],
  ['a record that is not named', says(['bob', 'accepted']), 'unknown accepted'],
  ['a record that was not sent', says(['ann', 'accepted'], ['bob', 'accepted'], ['eve', 'accepted']), 'unknown'],
  ['a failure', { kind: 'retryable', detail: '' }, 'retryable'],
])('%s', (_name, reading, expected) => {
  expect(briefly(trusted(reading, { items }))).toBe(expected);
});

it('takes superseded from a route that compares instants', () => {
  expect(briefly(trusted(says(['ann', 'superseded'], ['bob', 'accepted']), { items }, true))).toBe(
    'superseded accepted',
  );
});
