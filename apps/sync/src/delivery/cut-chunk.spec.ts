import type { Route } from '@millrace/catalog-destinations';
import type { DeliveryRecord } from '@millrace/contract-delivery';

import { batchOf, entryOf } from '../testing/deliver-in-memory';
import { cutChunk } from './cut-chunk';
import { contextOf, modeOf } from './wire-context';

const cut = (batch: ReturnType<typeof batchOf>, route: Partial<Route> = {}, mode: 'update' | 'upsert' = 'update') => {
  const entry = entryOf('made');
  const mapped = { ...entry, objects: entry.objects.map((one) => ({ ...one, mode })) };
  const contextFor = (record: DeliveryRecord) => contextOf(batch, modeOf(record, batch, mapped), mapped, 0);
  const way = { cut: { maxRecords: 3, maxBytes: 1_000 }, encode: () => 'x', ...route } as unknown as Route;
  const spellKey = (key: string): string => key.toLowerCase();
  const { batches, refused, duplicates } = cutChunk(batch.records, way, {}, contextFor, spellKey);
  const idOf = ({ record }: { record: DeliveryRecord }): string => record.record_id;
  return {
    batches: batches.map((items) => `${items[0]?.record.mode}: ${items.map(idOf).join(' ')}`),
    refused: refused.map(({ item, detail }) => `${idOf(item)}: ${detail}`),
    duplicates: duplicates.map(({ item, detail }) => `${idOf(item)}: ${detail}`),
  };
};

it('keeps the order and makes a request for each mode: as the record says, else the mapping; a leaver is never made', () => {
  const batch = batchOf(['l1', 'l2', 'a', 'b', 'c', 'd', 'e']);
  const records = batch.records.map((record, index) => ({
    ...record,
    ...(index < 2 ? { reason: 'leaver' } : {}),
    ...(record.record_id === 'e' ? { mode: 'create' } : {}),
  }));
  expect(cut({ ...batch, records }, {}, 'upsert').batches).toEqual([
    'update: l1 l2',
    'upsert: a b c',
    'upsert: d',
    'create: e',
  ]);
});

it('refuses what cannot be written, with its reason, and what is too large in bytes', () => {
  const encode: Route['encode'] = ({ record_id }) =>
    record_id === 'a'
      ? { refused: 'the text #N/A cannot be written' }
      : record_id === 'b'
        ? 'ü'.repeat(6)
        : 'x'.repeat(10);
  expect(cut(batchOf(['a', 'b', 'c']), { encode, cut: { maxRecords: 3, maxBytes: 10 } })).toEqual({
    batches: ['update: c'],
    refused: ['a: the text #N/A cannot be written', 'b: Larger than a request may be'],
    duplicates: [],
  });
});

it.each([
  ['once where the API takes a key once: the first of the order is sent', 'match_key' as const, ['update: p1 p3'], 1],
  ['as often as it comes elsewhere', undefined, ['update: p1 p2 p3'], 0],
])('sends a match key %s', (_name, dedupeBy, batches, duplicates) => {
  const records = [{ id: 'p1', key: 'Ana@Example.com' }, { id: 'p2', key: 'ana@example.com' }, 'p3'];
  const seen = cut(batchOf(records), dedupeBy === undefined ? {} : { dedupeBy });
  expect([seen.batches, seen.duplicates.length]).toEqual([batches, duplicates]);
  if (duplicates > 0) expect(seen.duplicates[0]).toMatch(/^p2: duplicate_match_key/);
});
