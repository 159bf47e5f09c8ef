import type { Reading, WireItem } from '@millrace/catalog-destinations';

import { judge } from './judge';

const item = (id: string): WireItem => ({
  record: { record_id: id, match_key: id, idempotency_key: id, reason: 'delta', fields: {} },
  encoded: id,
});
const three = ['a', 'b', 'c'].map(item);
const briefly = (reading: Reading, spent = 0, isProbe = false, items = three) => {
  const verdict = judge(reading, items, spent, isProbe);
  return {
    items: verdict.items.map(
      ({ item: { encoded }, outcome, isFinal }) => `${encoded} ${outcome}${isFinal ? ' final' : ''}`,
    ),
    again: verdict.followUps.map(
      ({ items: rest, spent: used, after }) => `${rest.map((one) => one.encoded).join('')} ${used} ${after}`,
    ),
  };
};
const outcomes = (...list: string[]): Reading => ({
  kind: 'records',
  outcomes: list.map((outcome, index) => ({ record_id: 'abc'.charAt(index), outcome: outcome as never, detail: '' })),
});

it.each([
  [
    'all taken',
    outcomes('accepted', 'accepted', 'accepted'),
    0,
    ['a accepted final', 'b accepted final', 'c accepted final'],
    [],
  ],
  [
    'one each',
    outcomes('accepted', 'rejected', 'retryable'),
    0,
    ['a accepted final', 'b rejected final', 'c retryable'],
    ['c 1 backoff'],
  ],
  [
    'third attempt',
    outcomes('accepted', 'gone', 'retryable'),
    2,
    ['a accepted final', 'b gone final', 'c retryable final'],
    [],
  ],
  [
    'one throttled',
    outcomes('accepted', 'throttled', 'unknown'),
    1,
    ['a accepted final', 'b throttled', 'c unknown'],
    ['c 2 backoff', 'b 1 backoff'],
  ],
  [
    'an outcome is missing',
    outcomes('accepted', 'accepted'),
    0,
    ['a accepted final', 'b accepted final', 'c unknown'],
    ['c 1 backoff'],
  ],
])('%s', (_name, reading, spent, items, again) => {
  expect(briefly(reading, spent)).toEqual({ items, again });
});

it.each([
  ['throttled uses up no attempt', { kind: 'throttled', waitMs: 1, detail: '' }, 2, 'throttled', ['abc 2 rest']],
  ['paused uses up no attempt', { kind: 'paused', detail: '' }, 2, 'retryable', ['abc 2 rest']],
  ['retryable uses up one', { kind: 'retryable', detail: '' }, 0, 'retryable', ['abc 1 backoff']],
  ['unknown is sent again with the same keys', { kind: 'unknown', detail: '' }, 1, 'unknown', ['abc 2 backoff']],
  ['the third unknown is kept as unknown', { kind: 'unknown', detail: '' }, 2, 'unknown final', []],
  [
    'a refused batch is halved',
    { kind: 'batch_rejected', detail: '' },
    1,
    'retryable',
    ['ab 1 at once', 'c 1 at once'],
  ],
] as [string, Reading, number, string, string[]][])('%s', (_name, reading, spent, outcome, again) => {
  expect(briefly(reading, spent)).toEqual({ items: ['a', 'b', 'c'].map((id) => `${id} ${outcome}`), again });
});

it('refuses the bad record for good once it stands alone', () => {
  const reading: Reading = { kind: 'batch_rejected', detail: 'no' };
  expect(briefly(reading, 0, false, [item('a')])).toEqual({ items: ['a rejected final'], again: [] });
});

it('uses up no attempt while the circuit is not closed', () => {
  expect(briefly({ kind: 'retryable', detail: '' }, 2, true).again).toEqual(['abc 2 backoff']);
});
