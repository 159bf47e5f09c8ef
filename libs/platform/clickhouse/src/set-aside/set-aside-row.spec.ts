import { MillraceError } from '@millrace/platform-errors';

import { toSetAsideRow, type SetAsideParts } from './set-aside-row';

const error = new MillraceError('ClickHouse refused the query', {
  code: 'CLICKHOUSE_QUERY_FAILED',
  cause: new Error('Cannot read DateTime: \ud800'),
  details: { clickhouseCode: 41 },
});
const parts = (changes: Partial<SetAsideParts> = {}): SetAsideParts => ({
  service: 'sync',
  table: 'deliveries',
  item: { id: 1 },
  error,
  origin: { topic: 't', partition: 2, offset: 3n },
  now: 0,
  ...changes,
});
const idOf = (changes: Partial<SetAsideParts> = {}): unknown =>
  (toSetAsideRow(parts(changes)) as { set_aside_id: string }).set_aside_id;

it('keeps content, reason, codes and origin', () => {
  expect(toSetAsideRow(parts())).toMatchObject({
    service: 'sync',
    table_name: 'deliveries',
    topic: 't',
    partition: 2,
    offset: '3',
    content: '{"id":1}',
    code: 41,
    error_code: 'CLICKHOUSE_QUERY_FAILED',
    reason: 'Cannot read DateTime: \ufffd',
    set_aside_at: '1970-01-01T00:00:00.000Z',
    resolution: '',
  });
});

it('gives the same record the same id, whenever and with whatever reason', () => {
  expect(idOf({ now: 5, error: new RangeError('other') })).toBe(idOf());
});

it.each<[string, Partial<SetAsideParts>]>([
  ['another service', { service: 'scoring' }],
  ['another table', { table: 'delivery_plans' }],
  ['another offset', { origin: { topic: 't', partition: 2, offset: 4n } }],
  ['other content', { item: { id: 2 } }],
  ['a key', { key: 'rule' }],
  ['no origin', { origin: undefined }],
])('gives %s another id', (_name, changes) => expect(idOf(changes)).not.toBe(idOf()));

it('goes by the key where the content differs from one reading to the next', () => {
  expect(idOf({ key: 'rule', item: { at: 1 } })).toBe(idOf({ key: 'rule', item: { at: 2 } }));
});

it.each([
  ['a bigint', { offset: 2n ** 60n }, '{"offset":"1152921504606846976"}'],
  ['a lone surrogate', { name: '\ud800' }, '{"name":"\\ud800"}'],
  ['undefined', undefined, 'null'],
])('writes %s as JSON', (_name, item, content) => {
  expect(toSetAsideRow(parts({ item }))).toMatchObject({ content });
});

it('keeps what refers to itself as text, and never fails', () => {
  const item: { self?: unknown } = {};
  item.self = item;
  expect(toSetAsideRow(parts({ item }))).toMatchObject({ content: expect.stringContaining('circular') });
});
