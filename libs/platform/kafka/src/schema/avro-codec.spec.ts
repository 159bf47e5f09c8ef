import { Type } from 'avsc';
import fc from 'fast-check';
import { AvroDecoder, createAvroEncoder } from './avro-codec';
import { compileAvroWalk } from './avro-walk';
import { FIRST_INEXACT_LONG } from './exact-longs';
import { FRAME_HEADER_BYTES } from './frame';

const SIGNAL = Type.forSchema({
  type: 'record',
  name: 'Signal',
  fields: [
    { name: 'signal_id', type: 'string' },
    { name: 'occurred_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'value', type: ['null', 'double'], default: null },
    { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
    { name: 'properties', type: { type: 'map', values: 'string' } },
    { name: 'grade', type: { type: 'enum', name: 'Grade', symbols: ['A', 'B'] }, default: 'A' },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 }, default: '    ' },
    { name: 'flag', type: 'boolean', default: false },
    { name: 'ratio', type: 'float', default: 0 },
  ],
});
const MOST = FIRST_INEXACT_LONG - 1;
const signals = fc.record({
  signal_id: fc.string(),
  occurred_at: fc.integer({ min: -MOST, max: MOST }),
  value: fc.option(fc.double({ noNaN: true })),
  tags: fc.array(fc.string()),
  properties: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
  grade: fc.constantFrom('A', 'B'),
  hash: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  flag: fc.boolean(),
  ratio: fc.float({ noNaN: true }),
});
const SIGNAL_1 = SIGNAL.toBuffer({
  signal_id: 's1',
  occurred_at: 1_772_000_000_000,
  value: 2.5,
  tags: ['x'],
  properties: { a: 'b' },
  grade: 'B',
  hash: Buffer.from('hash'),
  flag: true,
  ratio: 0.5,
});
/** A zigzag varint. */
const long = (value: bigint): Buffer => Buffer.from(varint(value));
function varint(value: bigint): number[] {
  let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return [...bytes, Number(left)];
}

describe('the Avro walk', () => {
  const walk = compileAvroWalk(SIGNAL);

  it('ends exactly where a value ends', () => {
    fc.assert(
      fc.property(signals, fc.nat(5), (signal, extra) => {
        const body = SIGNAL.toBuffer(signal);
        expect(walk(Buffer.concat([body, Buffer.alloc(extra)]), 0)).toBe(body.length);
      }),
    );
  });

  it('finds every truncation', () => {
    for (let length = 0; length < SIGNAL_1.length; length++) expect(walk(SIGNAL_1.subarray(0, length), 0)).toBe(-1);
  });

  it('never reads past the end and always comes back, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const end = walk(Buffer.from(bytes), 0);
        expect(end).toBeGreaterThanOrEqual(-1);
        expect(end).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a map that claims 2^40 entries', { type: 'map' as const, values: 'string' as const }, 2n ** 40n],
    ['an array of 2^40 nulls, which take no bytes', { type: 'array' as const, items: 'null' as const }, 2n ** 40n],
    ['a string of a negative length', 'string' as const, -5n],
  ])('refuses %s at once', (_what, schema, count) => {
    expect(compileAvroWalk(Type.forSchema(schema))(Buffer.concat([long(count), Buffer.alloc(20)]), 0)).toBe(-1);
  });

  it('follows a type that contains itself', () => {
    const tree = Type.forSchema({
      type: 'record',
      name: 'Tree',
      fields: [
        { name: 'name', type: 'string' },
        { name: 'child', type: ['null', 'Tree'] },
      ],
    });
    const body = tree.toBuffer({ name: 'a', child: { name: 'b', child: null } });
    expect(compileAvroWalk(tree)(body, 0)).toBe(body.length);
  });
});

describe('decoding', () => {
  const decoder = new AvroDecoder<Record<string, unknown>>(SIGNAL);

  it('gives back what was encoded, timestamps as milliseconds', () => {
    fc.assert(
      fc.property(signals, (signal) => {
        const body = createAvroEncoder(7, SIGNAL)(signal).subarray(FRAME_HEADER_BYTES);
        const decoded = decoder.decode(body, SIGNAL);
        expect(decoded).toMatchObject({ ok: true, value: { ...signal, ratio: Math.fround(signal.ratio) } });
      }),
    );
  });

  it('keeps any key of a map, from the same schema and from another', () => {
    const writer = Type.forSchema({ ...(SIGNAL.schema() as object), doc: 'another' } as never);
    const properties = JSON.parse('{"__proto__":"a","constructor":"b","":"c"}') as Record<string, string>;
    const [base] = fc.sample(signals, 1);
    const body = SIGNAL.toBuffer({ ...base, properties });
    for (const from of [SIGNAL, writer]) {
      const decoded = decoder.decode(body, from);
      const read = decoded.ok ? (decoded.value['properties'] as object) : {};
      expect(Object.entries(read)).toEqual(Object.entries(properties));
    }
  });

  it('resolves another writer schema to the reader schema', () => {
    const writer = Type.forSchema({
      type: 'record',
      name: 'Signal',
      fields: [
        { name: 'extra', type: 'int' },
        { name: 'signal_id', type: 'string' },
        { name: 'occurred_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
        { name: 'properties', type: { type: 'map', values: 'string' } },
      ],
    });
    const body = writer.toBuffer({ extra: 1, signal_id: 's', occurred_at: 5, properties: {} });
    expect(decoder.decode(body, writer)).toMatchObject({
      ok: true,
      value: { signal_id: 's', occurred_at: 5, value: null, tags: [], grade: 'A', flag: false },
    });
  });

  it.each([
    ['trailing bytes', Buffer.concat([SIGNAL_1, Buffer.from([0])]), 'trailing_bytes'],
    ['a truncated body', SIGNAL_1.subarray(0, -1), 'invalid_avro'],
    ['an empty body', Buffer.alloc(0), 'invalid_avro'],
  ])('answers %s with a value', (_what, body, reason) => {
    expect(decoder.decode(body, SIGNAL)).toMatchObject({ ok: false, reason });
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(typeof decoder.decode(Buffer.from(bytes), SIGNAL).ok).toBe('boolean');
      }),
      { numRuns: 2_000 },
    );
  });

  it('calls a long that a double cannot hold invalid instead of rounding it or turning its sign', () => {
    const type = Type.forSchema({
      type: 'record',
      name: 'L',
      fields: [
        { name: 'at', type: ['null', 'long'] },
        { name: 'all', type: { type: 'array', items: { type: 'map', values: 'long' } }, default: [] },
      ],
    });
    const longs = new AvroDecoder<{ at: number }>(type);
    const decode = (value: bigint) =>
      longs.decode(Buffer.concat([Buffer.from([2]), long(value), Buffer.from([0])]), type);
    expect(decode(BigInt(MOST))).toMatchObject({ ok: true, value: { at: MOST } });
    expect(decode(-BigInt(MOST))).toMatchObject({ ok: true, value: { at: -MOST } });
    const tooLarge = [2n ** 52n, -(2n ** 52n) - 1n, 2n ** 53n, 2n ** 60n, 2n ** 63n - 1n, -(2n ** 63n)];
    for (const value of tooLarge) expect(decode(value)).toMatchObject({ ok: false, reason: 'invalid_avro' });
    expect(() => createAvroEncoder(7, type)({ at: -(2 ** 52) - 1, all: [] })).toThrow(/at/);
    expect(() => createAvroEncoder(7, type)({ at: 1, all: [{ x: 2 ** 52 }] })).toThrow(/all\.0\.x/);
  });

  it('leaves a huge long alone in a field the reader does not read', () => {
    const fields = [{ name: 'signal_id', type: 'string' as const }];
    const reader = Type.forSchema({ type: 'record', name: 'R', fields });
    const writer = Type.forSchema({ type: 'record', name: 'R', fields: [{ name: 'id', type: 'long' }, ...fields] });
    const body = Buffer.concat([long(2n ** 62n), Type.forSchema('string').toBuffer('s')]);
    expect(new AvroDecoder(reader).decode(body, writer)).toMatchObject({ ok: true, value: { signal_id: 's' } });
  });

  it('says when no reader can be made for a writer schema', () => {
    const writer = Type.forSchema({ type: 'record', name: 'Signal', fields: [{ name: 'signal_id', type: 'int' }] });
    expect(decoder.decode(writer.toBuffer({ signal_id: 1 }), writer)).toMatchObject({
      ok: false,
      reason: 'unreadable_schema',
    });
  });

  it('names the field that does not fit when encoding', () => {
    expect(() => createAvroEncoder(7, SIGNAL)({ signal_id: 5 })).toThrow(/signal_id/);
  });
});
