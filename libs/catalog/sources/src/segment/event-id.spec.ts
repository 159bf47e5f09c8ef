import fc from 'fast-check';

import { ExactNumber } from '../json/exact-number';
import { readEventId } from './event-id';

const idOf = (call: object): string => {
  const id = readEventId(call as Record<string, unknown>);
  return id.ok ? id.id : id.detail;
};
const call = { type: 'track', event: 'Demo Requested', userId: 'u', timestamp: '2026-11-26T02:30:00Z' };

it.each([
  ['m-1', 'm-1'],
  [7, '7'],
  [new ExactNumber('157963456373623803'), '157963456373623803'],
  [' m ', ' m '],
  ['x'.repeat(512), 'x'.repeat(512)],
  ['x'.repeat(513), expect.stringContaining('has 513 characters, 512 are allowed')],
  [true, 'messageId: true is neither a text nor a number'],
  [['m'], 'messageId: a list is neither a text nor a number'],
  [{ id: 'm' }, 'messageId: an object is neither a text nor a number'],
])('messageId %j', (messageId, expected) => {
  expect(idOf({ ...call, messageId })).toEqual(expected);
});

describe('without a messageId the id comes from what the call says', () => {
  const derived = idOf(call);

  it('is marked as such and has one length', () => {
    expect(derived).toMatch(/^derived-[\w-]{43}$/);
  });

  it.each([
    ['sent anew', { ...call, sentAt: '2026-11-26T02:31:00Z' }],
    ['with the key in the body', { ...call, writeKey: 'k' }],
    ['with an id of null', { ...call, messageId: null }],
    ['with a blank id', { ...call, messageId: ' ' }],
  ])('is the same %s', (_title, again) => {
    expect(idOf(again)).toBe(derived);
  });

  it.each([
    ['another time', { ...call, timestamp: '2026-11-26T02:30:01Z' }],
    ['another person', { ...call, userId: 'v' }],
    ['a number for a text', { ...call, properties: { a: 1 } }],
    ['a text for a number', { ...call, properties: { a: '1' } }],
    ['a number of many digits', { ...call, properties: { a: new ExactNumber('9007199254740993') } }],
    ['a sentAt of its properties', { ...call, properties: { sentAt: 1 } }],
    ['the order of a list', { ...call, properties: { a: [1, 2] } }],
    ['the other order of a list', { ...call, properties: { a: [2, 1] } }],
    ['a key named __proto__', { ...call, properties: JSON.parse('{"__proto__": {"a": 1}}') as unknown }],
    ['nesting', { ...call, properties: { a: { b: 1 } } }],
    ['a dotted key', { ...call, properties: { 'a.b': 1 } }],
  ])('is another for %s', (_title, other) => {
    expect(idOf(other)).not.toBe(derived);
    expect(idOf(other)).toMatch(/^derived-/);
  });

  it.each(['undefined', 'NULL', '[object Object]', '0', 0, '00000000-0000-0000-0000-000000000000'])(
    'is the same with %j for an id',
    (messageId) => {
      expect(idOf({ ...call, messageId })).toBe(derived);
    },
  );

  it('tells numbers of many digits apart, and from the text of the same digits', () => {
    const values = [new ExactNumber('9007199254740993'), new ExactNumber('9007199254740995'), '9007199254740993'];
    expect(new Set(values.map((a) => idOf({ ...call, properties: { a } }))).size).toBe(3);
  });

  it('is one id for one content, whatever the order of keys', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 });
    const shuffled = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, part]) => [key, shuffled(part)]),
          )
        : value;
    fc.assert(
      fc.property(object, object, (left, right) => {
        const same = idOf({ properties: left }) === idOf({ properties: right });
        expect(idOf({ properties: shuffled(left) })).toBe(idOf({ properties: left }));
        if (same) expect(JSON.parse(JSON.stringify(right))).toEqual(JSON.parse(JSON.stringify(left)));
      }),
    );
  });
});
