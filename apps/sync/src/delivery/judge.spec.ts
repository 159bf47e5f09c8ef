import type { WireItem } from '@millrace/catalog-destinations';

import { judge, type Answered } from './judge';

const item = (id: string): WireItem => ({
  record: { record_id: id, match_key: id, idempotency_key: id, reason: 'delta', fields: {} },
  encoded: id,
});
const three = ['a', 'b', 'c'].map(item);
const briefly = (reading: Answered, spent = 0, isProbe = false, items = three, isWaitOver = false) => {
  const verdict = judge(reading, items, { destination: 'crm', spent, isProbe, isWaitOver });
  return {
    items: verdict.items.map(
      ({ item: { encoded }, outcome, isFinal }) => `${encoded} ${outcome}${isFinal ? ' final' : ''}`,
    ),
    again: verdict.followUps.map(
      ({ items: rest, spent: used, after }) => `${rest.map((one) => one.encoded).join('')} ${used} ${after}`,
    ),
  };
};
const outcomes = (...list: string[]): Answered => ({
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
  [
    'a destination that is not there uses up no attempt',
    { kind: 'unreachable', detail: '' },
    2,
    'retryable',
    ['abc 2 reach'],
  ],
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
] as [string, Answered, number, string, string[]][])('%s', (_name, reading, spent, outcome, again) => {
  expect(briefly(reading, spent)).toEqual({ items: ['a', 'b', 'c'].map((id) => `${id} ${outcome}`), again });
});

it('gives up on a destination that is not there when the wait is over', () => {
  expect(briefly({ kind: 'unreachable', detail: '' }, 0, false, [item('a')], true)).toEqual({
    items: ['a retryable final'],
    again: [],
  });
});

it.each<[string, Answered, RegExp]>([
  ['a failure', { kind: 'retryable', detail: 'HTTP 500' }, /^HTTP 500; 3 attempts are spent/],
  ['silence', { kind: 'unknown', detail: 'No answer' }, /^No answer; 3 attempts are spent/],
  ['an answer by record', outcomes('retryable'), /; 3 attempts are spent/],
  [
    'a refused connection',
    { kind: 'unreachable', detail: 'ECONNREFUSED' },
    /^Given up, nothing was sent: nobody answers \(ECONNREFUSED\)/,
  ],
])('says at the end of %s what happened and how it is sent again', (_what, reading, words) => {
  const circumstances = { destination: 'crm', spent: 2, isProbe: false, isWaitOver: true };
  const [verdict] = judge(reading, [item('a')], circumstances).items;
  expect(verdict?.detail).toMatch(words);
  expect(verdict?.detail).toMatch(/npx millrace deliveries retry --destination crm$/);
});

it('refuses the bad record for good once it stands alone', () => {
  const reading: Answered = { kind: 'batch_rejected', detail: 'no' };
  expect(briefly(reading, 0, false, [item('a')])).toEqual({ items: ['a rejected final'], again: [] });
});

it('uses up no attempt while the circuit is not closed', () => {
  expect(briefly({ kind: 'retryable', detail: '' }, 2, true).again).toEqual(['abc 2 backoff']);
});
