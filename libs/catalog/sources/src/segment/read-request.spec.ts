import type { ReadResult } from '../source';
import { CALL_PATHS, readBatch, readCallOf } from './read-request';

const body = (value: unknown): { readonly body: Buffer } => ({ body: Buffer.from(JSON.stringify(value) ?? '') });
const sentAtOf = (read: ReadResult): number | null | undefined => (read.ok ? read.sentAt : undefined);
const recordsOf = (read: ReadResult): readonly unknown[] => (read.ok ? read.records : []);

it.each([
  ['the body', { writeKey: 'k2' }, 'k2'],
  ['nothing', {}, null],
  ['an empty key', { writeKey: '' }, null],
  ['a key that is no text', { writeKey: 7 }, null],
])('reads the write key of %s', (_title, more, expected) => {
  expect(readBatch(body({ batch: [], ...more }))).toMatchObject({ ok: true, writeKey: expected });
});

describe('reading a request', () => {
  it('takes the events of a batch as they are, bad ones included', () => {
    const events = [{ type: 'track' }, 'nonsense', null];
    expect(readBatch(body({ batch: events, sentAt: '2026-03-10T12:00:00Z' }))).toEqual({
      ok: true,
      records: events,
      sentAt: Date.parse('2026-03-10T12:00:00Z'),
      writeKey: null,
    });
  });

  it('gives each event what the batch says once, and lets its own fields win', () => {
    const context = { locale: 'en', page: { title: 't', path: '/' } };
    const own = { context: { locale: 'de', page: { path: '/own' } } };
    const batch = [{ type: 'track' }, own, { context: null }, { context: 'web' }, 'nonsense'];
    const read = readBatch(body({ batch, context, integrations: { All: false } }));
    expect(recordsOf(read)).toEqual([
      { type: 'track', context, integrations: { All: false } },
      { context: { locale: 'de', page: { title: 't', path: '/own' } }, integrations: { All: false } },
      { context, integrations: { All: false } },
      { context: 'web', integrations: { All: false } },
      'nonsense',
    ]);
  });

  it('gives a single call the type of its path', () => {
    expect(recordsOf(readCallOf('track')(body({ type: 'page', event: 'X' })))).toEqual([{ type: 'track', event: 'X' }]);
    expect(CALL_PATHS['t']).toBe('track');
  });

  it.each(['now', '1', '', 0, 1_795_660_200, 1_795_660_200_000_000_000, Number.MAX_SAFE_INTEGER, null, true, {}, []])(
    'does without the sentAt %j, which is not a time',
    (sentAt) => {
      expect(sentAtOf(readBatch(body({ batch: [], sentAt })))).toBeNull();
    },
  );

  it.each([[[]], [null], ['text']])('refuses %j as a body', (value) => {
    expect(readBatch(body(value))).toMatchObject({ ok: false, status: 400, detail: 'The body must be a JSON object' });
  });

  it('refuses a batch that is not a list', () => {
    expect(readBatch(body({ batch: {} }))).toMatchObject({ ok: false, detail: 'batch: a list of events is required' });
  });
});
