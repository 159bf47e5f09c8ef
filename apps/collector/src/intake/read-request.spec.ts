import { readCredentials } from './read-credentials';
import { asObject, CALL_PATHS, readBatch, readCall } from './read-request';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('readCredentials', () => {
  it.each([
    ['Basic with an empty password', `Basic ${base64('k1:')}`, {}, 'k1'],
    ['Basic with a password', `basic ${base64('k1:pw')}`, {}, 'k1'],
    ['Bearer', 'Bearer k1', {}, 'k1'],
    ['the body', undefined, { writeKey: 'k2' }, 'k2'],
    ['the header before the body', `Basic ${base64('k1:')}`, { writeKey: 'k2' }, 'k1'],
    ['the body when the header is empty', `Basic ${base64(':')}`, { writeKey: 'k2' }, 'k2'],
    ['the body when the scheme is another', 'Digest x', { writeKey: 'k2' }, 'k2'],
    ['nothing', undefined, {}, null],
    ['a key that is no text', undefined, { writeKey: 7 }, null],
  ])('reads %s', (_title, authorization, body, expected) => {
    expect(readCredentials(authorization, body)).toBe(expected);
  });
});

describe('reading a request', () => {
  it('takes the events of a batch as they are, bad ones included', () => {
    const events = [{ type: 'track' }, 'nonsense', null];
    expect(readBatch({ batch: events, sentAt: '2026-03-10T12:00:00Z' })).toEqual({
      events,
      sentAt: Date.parse('2026-03-10T12:00:00Z'),
    });
  });

  it('gives each event what the batch says once, and lets its own fields win', () => {
    const context = { locale: 'en', page: { title: 't', path: '/' } };
    const own = { context: { locale: 'de', page: { path: '/own' } } };
    const batch = [{ type: 'track' }, own, { context: null }, { context: 'web' }, 'nonsense'];
    const { events } = readBatch({ batch, context, integrations: { All: false } });
    expect(events).toEqual([
      { type: 'track', context, integrations: { All: false } },
      { context: { locale: 'de', page: { title: 't', path: '/own' } }, integrations: { All: false } },
      { context, integrations: { All: false } },
      { context: 'web', integrations: { All: false } },
      'nonsense',
    ]);
    expect(own).toEqual({ context: { locale: 'de', page: { path: '/own' } } });
  });

  it('gives a single call the type of its path and leaves the body alone', () => {
    const body = Object.freeze({ type: 'page', event: 'X' });
    expect(readCall(body, 'track')).toEqual({ events: [{ type: 'track', event: 'X' }], sentAt: null });
    expect(CALL_PATHS['t']).toBe('track');
  });

  it.each(['now', '1', '', 0, 1_795_660_200, 1_795_660_200_000_000_000, Number.MAX_SAFE_INTEGER, null, true, {}, []])(
    'does without the sentAt %j, which is not a time',
    (sentAt) => {
      expect(readBatch({ batch: [], sentAt }).sentAt).toBeNull();
    },
  );

  it.each([[[]], [null], ['text'], [undefined]])('refuses %j as a body', (body) => {
    expect(() => asObject(body)).toThrow('must be a JSON object');
  });

  it('refuses a batch that is no list', () => {
    expect(() => readBatch({ batch: {} })).toThrow('batch: a list of events is required');
  });
});
