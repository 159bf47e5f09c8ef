import { parseAvroNode, type AvroNode, type RecordNode } from '../avro/avro-node';
import { isInstant } from '../avro/time-unit';
import { SIGNAL_SCHEMA } from '../schemas';

const READER = parseAvroNode(SIGNAL_SCHEMA) as RecordNode;
const IS_OPTIONAL = new Set(
  (
    SIGNAL_SCHEMA as unknown as { readonly fields: readonly { readonly name: string; readonly default?: unknown }[] }
  ).fields
    .filter((field) => field.default !== undefined)
    .map(({ name }) => name),
);

/** What each field of a signal may be written as, in words for the person who writes the schema. */
const MAY_BE = {
  text: 'a string or bytes',
  optionalText: 'a string or bytes, or a union of them with null',
  time: 'a long of logical type timestamp-millis, timestamp-micros or timestamp-nanos',
  number: 'a double, float, int or long, or a union of them with null',
  map: 'a map of strings',
} as const;

/** Why bodies of a writer schema cannot be read as signals, in words; empty when they can. Avro's rules of resolution. */
export function fieldProblems(writer: AvroNode): readonly string[] {
  if (writer.kind !== 'record') return [`it is ${aWord(writer)}; register the record itself`];
  const problems: string[] = [];
  if (writer.name !== READER.name) {
    problems.push(`the record is named "${writer.name}"; name it ${READER.name}, in any namespace`);
  }
  const written = new Map(writer.fields.map(({ name, type }) => [name, type]));
  for (const { name, type: reader } of READER.fields) {
    const type = written.get(name);
    if (type === undefined) {
      if (!IS_OPTIONAL.has(name)) problems.push(`the field "${name}" is missing; it may be ${mayBe(reader)}`);
    } else if (!canRead(reader, type)) {
      problems.push(`the field "${name}" is ${describe(type)}; it may be ${mayBe(reader)}`);
    }
  }
  return problems;
}

function canRead(reader: AvroNode, writer: AvroNode): boolean {
  if (writer.kind === 'union')
    return writer.branches.length > 0 && writer.branches.every((branch) => canRead(reader, branch));
  switch (reader.kind) {
    case 'string':
      return writer.kind === 'string' || writer.kind === 'bytes';
    case 'long':
      return isInstant(writer);
    case 'double':
      return ['int', 'long', 'float', 'double'].includes(writer.kind);
    case 'map':
      return writer.kind === 'map' && canRead(reader.values, writer.values);
    case 'union':
      return reader.branches.some((branch) => canRead(branch, writer));
    default:
      return reader.kind === writer.kind;
  }
}

function mayBe(reader: AvroNode): string {
  switch (reader.kind) {
    case 'long':
      return MAY_BE.time;
    case 'map':
      return MAY_BE.map;
    case 'union':
      return reader.branches.some(({ kind }) => kind === 'double') ? MAY_BE.number : MAY_BE.optionalText;
    default:
      return MAY_BE.text;
  }
}

function describe(node: AvroNode): string {
  if (node.kind === 'union') return `a union of ${node.branches.map(word).join(', ')}`;
  if (node.kind === 'map') return `a map of ${word(node.values)}`;
  return aWord(node);
}

function word(node: AvroNode): string {
  const logicalType = 'logicalType' in node ? node.logicalType : undefined;
  return logicalType === undefined ? node.kind : `${node.kind} of logical type ${logicalType}`;
}

const aWord = (node: AvroNode): string => `${/^[aeiou]/.test(node.kind) ? 'an' : 'a'} ${word(node)}`;
