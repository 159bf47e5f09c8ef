import fc from 'fast-check';
import { readHeaders, walkRecords, type RecordSection } from './walk-records';

interface Written {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: [string, string | null][];
}

function varint(value: number): number[] {
  let left = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return [...bytes, Number(left)];
}
const sized = (text: string | null): number[] =>
  text === null ? varint(-1) : [...varint(Buffer.byteLength(text)), ...Buffer.from(text)];

function section(written: readonly Written[], isLogAppendTime = false): RecordSection {
  const records = written.flatMap((record) => {
    const body = [
      0,
      ...varint(record.timestampDelta),
      ...varint(record.offsetDelta),
      ...sized(record.key),
      ...sized(record.value),
      ...varint(record.headers.length),
      ...record.headers.flatMap(([name, value]) => [...sized(name), ...sized(value)]),
    ];
    return [...varint(body.length), ...body];
  });
  return {
    baseOffset: 1_000,
    lastOffset: 1_000 + (written.at(-1)?.offsetDelta ?? 0),
    count: written.length,
    firstTimestamp: 1_700_000_000_000,
    maxTimestamp: 1_800_000_000_000,
    isLogAppendTime,
    records: Buffer.from(records),
  };
}

const texts = fc.option(fc.oneof(fc.string(), fc.string({ unit: 'binary', minLength: 100, maxLength: 20_000 })));
const logs = fc.array(
  fc.record({
    timestampDelta: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    step: fc.integer({ min: 1, max: 100_000 }),
    key: texts,
    value: texts,
    headers: fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.option(fc.string())), { maxLength: 3 }),
  }),
  { maxLength: 20 },
);

function read(from: RecordSection, first = 0): unknown[] {
  const found: unknown[] = [];
  const text = (start: number, end: number): string | null =>
    start < 0 ? null : from.records.toString('utf8', start, end);
  walkRecords(
    from,
    (cursor) =>
      found.push({
        offset: cursor.offset,
        timestamp: cursor.timestamp,
        key: text(cursor.keyStart, cursor.keyEnd),
        value: text(cursor.valueStart, cursor.valueEnd),
        headers: Object.fromEntries(
          Object.entries(readHeaders(from, cursor)).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.map((one) => one && one.toString()) : value && value.toString(),
          ]),
        ),
      }),
    first,
  );
  return found;
}

describe('walking over the records of a batch', () => {
  it('finds every record, whatever its offset, time, key, value and headers', () => {
    fc.assert(
      fc.property(logs, (log) => {
        let offsetDelta = 0;
        const written = log.map(({ step, ...record }) => ({ ...record, offsetDelta: (offsetDelta += step) }));
        const expected = written.map((record) => {
          const headers: Record<string, unknown> = {};
          for (const [name] of record.headers) {
            const values = record.headers.filter(([other]) => other === name).map(([, value]) => value);
            Object.defineProperty(headers, name, {
              value: values.length === 1 ? values[0] : values,
              enumerable: true,
              configurable: true,
              writable: true,
            });
          }
          return {
            offset: 1_000 + record.offsetDelta,
            timestamp: 1_700_000_000_000 + record.timestampDelta,
            key: record.key,
            value: record.value,
            headers,
          };
        });
        const found = read(section(written));
        expect(found).toEqual(expected);
        const half = Math.floor(expected.length / 2);
        const from = expected[half]?.offset ?? 0;
        expect(read(section(written), from)).toEqual(expected.slice(half));
      }),
      { numRuns: 50 },
    );
  });

  it('gives every record the append time when the broker sets it', () => {
    const record = { offsetDelta: 0, timestampDelta: 5, key: null, value: 'x', headers: [] };
    expect(read(section([record, { ...record, offsetDelta: 1 }], true))).toMatchObject([
      { timestamp: 1_800_000_000_000 },
      { timestamp: 1_800_000_000_000 },
    ]);
  });

  it('refuses a damaged section instead of reading beyond it', () => {
    const whole = section([{ offsetDelta: 0, timestampDelta: 0, key: 'key', value: 'value', headers: [['h', 'x']] }]);
    for (let length = 0; length < whole.records.length; length++) {
      const cut = { ...whole, records: whole.records.subarray(0, length) };
      expect(() => walkRecords(cut, () => undefined)).toThrow(
        expect.objectContaining({ code: 'KAFKA_RECORD_UNREADABLE' }),
      );
    }
    const more = { ...whole, count: 2 };
    expect(() => walkRecords(more, () => undefined)).toThrow(/damaged/);
  });
});
