import fc from 'fast-check';

import { encodeLong } from './encode-long';

/** A writer schema that the signal schema can read, and bodies written with it: encoded, every form of block included. */
export interface WriterCase {
  readonly schema: object;
  readonly bodies: readonly Buffer[];
}

type SchemaJson = string | SchemaJson[] | { readonly [name: string]: unknown };
interface Choice {
  readonly schema: SchemaJson;
  readonly bytes: fc.Arbitrary<Buffer>;
}

const NOW = Date.UTC(2026, 2, 8, 12);
export const APPENDED_AT = NOW + 60_000;

const join = (parts: readonly Buffer[]): Buffer => Buffer.concat(parts);
const long = (value: bigint | number): Buffer => encodeLong(BigInt(value));
const prefixed = (bytes: Uint8Array): Buffer => join([long(bytes.length), Buffer.from(bytes)]);
const at = (index: number, bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  bytes.map((rest) => join([long(index), rest]));
const none: fc.Arbitrary<Buffer> = fc.constant(Buffer.alloc(0));

const text = fc
  .oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constant(''),
    fc.constant('\0"\\'),
  )
  .map((value) => prefixed(Buffer.from(value)));
const anyBytes = fc.uint8Array({ maxLength: 12 }).map(prefixed);
const anyLong = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(long);
const anyInt = fc.integer().map(long);
const anyDouble = fc.double({ noNaN: true }).map((value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
});
const anyFloat = fc.float({ noNaN: true }).map((value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
});

/** Items in blocks, with and without their size in bytes. */
const blocks = (item: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.array(fc.tuple(fc.array(item, { minLength: 1, maxLength: 3 }), fc.boolean()), { maxLength: 2 }).map((all) =>
    join([
      ...all.map(([items, isSized]) => {
        const bytes = join(items);
        return isSized ? join([long(-items.length), long(bytes.length), bytes]) : join([long(items.length), bytes]);
      }),
      long(0),
    ]),
  );
const entries = (value: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  blocks(fc.tuple(text, value).map(([key, rest]) => join([key, rest])));

const rare = (...values: number[]): fc.Arbitrary<number> => fc.constantFrom(...values);
const usual = fc.integer({ min: NOW - 400_000_000, max: NOW });
const occurredAt = fc
  .oneof(
    { weight: 12, arbitrary: usual },
    { weight: 1, arbitrary: rare(NOW + 3_660_000, NOW + 3_660_001, NOW + 9e9, -1, 0, NOW - 400 * 86_400_000) },
  )
  .map(BigInt);
const receivedAt = fc.oneof(
  { weight: 16, arbitrary: usual.map(BigInt) },
  { weight: 1, arbitrary: rare(NOW + 3_660_000, NOW + 3_660_001, -1, 0, 1e11, 1e11 - 1, NOW * 1_000).map(BigInt) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 40n), max: 2n ** 43n }) },
);

const textChoices: readonly Choice[] = [
  { schema: 'string', bytes: text },
  { schema: 'bytes', bytes: text },
];
/** Instants in every unit that a schema may name; `offset` units past the whole millisecond. */
const timeChoices = (millis: fc.Arbitrary<bigint>): readonly Choice[] =>
  [
    ['long', 1],
    [{ type: 'long', logicalType: 'timestamp-millis' }, 1],
    [{ type: 'long', logicalType: 'timestamp-micros' }, 1_000],
    [{ type: 'long', logicalType: 'local-timestamp-micros' }, 1_000],
    [{ type: 'long', logicalType: 'timestamp-nanos' }, 1_000_000],
    [['int', { type: 'long', logicalType: 'timestamp-micros' }], 1_000],
  ].map(([schema, unit]) => {
    const bytes = fc.tuple(millis, fc.nat(Number(unit) - 1)).map(([value, offset]) => {
      const count = BigInt.asIntN(64, value * BigInt(unit as number) + BigInt(offset));
      return Array.isArray(schema) ? join([long(1), long(count)]) : long(count);
    });
    return { schema: schema as SchemaJson, bytes };
  });
const optionalTextChoices: readonly Choice[] = [
  { schema: ['null', 'string'], bytes: fc.oneof(at(0, none), at(1, text)) },
  { schema: ['string', 'null'], bytes: fc.oneof(at(0, text), at(1, none)) },
  { schema: ['null', 'bytes'], bytes: fc.oneof(at(0, none), at(1, text)) },
  ...textChoices,
];
/** Left to the reference path. */
const rareTextChoices: readonly Choice[] = [
  { schema: ['null', 'string', 'bytes'], bytes: fc.oneof(at(0, none), at(1, text), at(2, text)) },
  { schema: 'null', bytes: none },
];
const valueChoices: readonly Choice[] = [
  { schema: ['null', 'double'], bytes: fc.oneof(at(0, none), at(1, anyDouble)) },
  { schema: ['double', 'null'], bytes: fc.oneof(at(0, anyDouble), at(1, none)) },
  { schema: ['null', 'float'], bytes: fc.oneof(at(0, none), at(1, anyFloat)) },
  { schema: ['null', 'long'], bytes: fc.oneof(at(0, none), at(1, anyLong)) },
  { schema: 'double', bytes: anyDouble },
  { schema: 'float', bytes: anyFloat },
  { schema: 'int', bytes: anyInt },
  { schema: 'long', bytes: anyLong },
];
const propertiesChoices: readonly Choice[] = [
  { schema: { type: 'map', values: 'string' }, bytes: entries(text) },
  { schema: { type: 'map', values: 'bytes' }, bytes: entries(text) },
];

const FIELDS: readonly { readonly name: string; readonly choices: readonly Choice[]; readonly isOptional: boolean }[] =
  [
    { name: 'signal_id', choices: textChoices, isOptional: false },
    { name: 'type', choices: textChoices, isOptional: false },
    { name: 'source', choices: textChoices, isOptional: false },
    { name: 'occurred_at', choices: timeChoices(occurredAt), isOptional: false },
    { name: 'received_at', choices: [...timeChoices(receivedAt), { schema: 'int', bytes: anyInt }], isOptional: false },
    ...[
      'anonymous_id',
      'user_id',
      'email',
      'account_id',
      'domain',
      'session_id',
      'url',
      'referrer',
      'country',
      'user_agent',
      'key_kind',
    ].map((name) => ({ name, choices: optionalTextChoices, isOptional: true })),
    { name: 'value', choices: valueChoices, isOptional: true },
    { name: 'properties', choices: propertiesChoices, isOptional: true },
  ];

/** Fields that only the writer knows, of every kind of type. Names of types are made unique afterwards. */
const extraChoice: fc.Arbitrary<Choice> = fc.letrec<{ choice: Choice }>((tie) => ({
  choice: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Choice>(
      { schema: 'null', bytes: none },
      { schema: 'boolean', bytes: fc.boolean().map((value) => Buffer.from([value ? 1 : 0])) },
      { schema: 'int', bytes: anyInt },
      { schema: 'long', bytes: anyLong },
      { schema: 'double', bytes: anyDouble },
      { schema: 'bytes', bytes: anyBytes },
      // A string that nobody reads as text need not be UTF-8.
      { schema: 'string', bytes: anyBytes },
      {
        schema: { type: 'fixed', name: 'F', size: 3 },
        bytes: fc.uint8Array({ minLength: 3, maxLength: 3 }).map((value) => Buffer.from(value)),
      },
      { schema: { type: 'enum', name: 'E', symbols: ['A', 'B'] }, bytes: fc.constantFrom(long(0), long(1)) },
      { schema: { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 1 }, bytes: anyBytes },
    ),
    tie('choice').map(({ schema, bytes }) => ({ schema: { type: 'array', items: schema }, bytes: blocks(bytes) })),
    tie('choice').map(({ schema, bytes }) => ({ schema: { type: 'map', values: schema }, bytes: entries(bytes) })),
    fc.array(tie('choice'), { minLength: 1, maxLength: 3 }).map((members) => ({
      schema: {
        type: 'record',
        name: 'R',
        fields: members.map(({ schema }, index) => ({ name: `m${index}`, type: schema })),
      },
      bytes: fc.tuple(...members.map(({ bytes }) => bytes)).map(join),
    })),
    tie('choice')
      .filter(({ schema }) => !Array.isArray(schema) && schema !== 'null')
      .map(({ schema, bytes }) => ({ schema: ['null', schema], bytes: fc.oneof(at(0, none), at(1, bytes)) })),
  ),
})).choice;

interface Field {
  readonly name: string;
  readonly choice: Choice;
}

const knownFields: fc.Arbitrary<Field[]> = fc
  .tuple(
    ...FIELDS.map(({ name, choices, isOptional }) =>
      fc
        .tuple(
          fc.constantFrom(...choices),
          fc.constantFrom(...rareTextChoices),
          fc.noBias(fc.integer({ min: 0, max: 99 })),
        )
        .map(([choice, rare, dice]): Field | undefined => {
          if (!isOptional || dice > 12) return { name, choice };
          return dice > 2 || name === 'value' || name === 'properties' ? undefined : { name, choice: rare };
        }),
    ),
  )
  .map((fields) => fields.filter((field) => field !== undefined));
const extraFields: fc.Arbitrary<Field[]> = fc
  .uniqueArray(fc.constantFrom('lane', 'offset', 'appended_at', 'extra_0', 'tenant', 'topic'), { maxLength: 3 })
  .chain((names) => fc.tuple(...names.map((name) => extraChoice.map((choice) => ({ name, choice })))));

/** Now and then a body is damaged: cut, extended, or with a byte changed. */
const damaged = (body: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(body, fc.noBias(fc.integer({ min: 0, max: 9 })), fc.nat(), fc.integer({ min: 0, max: 255 }))
    .map(([bytes, dice, where, byte]) => {
      const position = bytes.length === 0 ? 0 : where % bytes.length;
      if (dice === 0) return bytes.subarray(0, position);
      if (dice === 1) return join([bytes, Buffer.from([byte])]);
      if (dice > 3) return bytes;
      const changed = Buffer.from(bytes);
      changed[position] = byte;
      return changed;
    });

export const arbitraryWriter: fc.Arbitrary<WriterCase> = fc
  .tuple(knownFields, extraFields)
  .chain(([known, extra]) => fc.shuffledSubarray([...known, ...extra], { minLength: known.length + extra.length }))
  .chain((fields) => {
    let names = 0;
    const schema = {
      type: 'record',
      name: 'Signal',
      namespace: 'com.acme',
      fields: fields.map(({ name, choice }) => ({ name, type: rename(choice.schema, () => `N${names++}`) })),
    };
    const body = fc.tuple(...fields.map(({ choice }) => choice.bytes)).map(join);
    return fc.array(damaged(body), { minLength: 20, maxLength: 20 }).map((bodies): WriterCase => ({ schema, bodies }));
  });

function rename(schema: SchemaJson, fresh: () => string): SchemaJson {
  if (typeof schema === 'string') return schema;
  if (Array.isArray(schema)) return schema.map((branch) => rename(branch, fresh));
  const changed: Record<string, unknown> = { ...schema };
  if ('name' in schema) changed['name'] = fresh();
  if ('items' in schema) changed['items'] = rename(schema['items'] as SchemaJson, fresh);
  if ('values' in schema) changed['values'] = rename(schema['values'] as SchemaJson, fresh);
  if ('fields' in schema) {
    changed['fields'] = (schema['fields'] as { name: string; type: SchemaJson }[]).map((field) => ({
      ...field,
      type: rename(field.type, fresh),
    }));
  }
  return changed;
}
