import {
  isRecursive,
  parseAvroNode,
  SIGNAL_SCHEMA,
  timeUnits,
  type AvroNode,
  type RecordNode,
} from '@millrace/contract-signal';

/** Provenance that is put before each body, as Avro fields. The names cannot meet a signal's: others are renamed. */
export const PROVENANCE = [
  { name: 'lane', type: 'int' },
  { name: 'offset', type: 'long' },
  { name: 'appended_at', type: 'long' },
] as const;

export type TimeUnits = ReturnType<typeof timeUnits>;

export interface ServedSchema {
  readonly isServed: true;
  readonly schema: string;
  /** The container's times are the writer's numbers; ClickHouse divides them. */
  readonly units: TimeUnits;
}

export type FlatSchema =
  | ServedSchema
  /** Why the fast path leaves this writer schema to the reference path. */
  | { readonly isServed: false; readonly why: string };

interface ReaderField {
  readonly name: string;
  readonly type: AvroNode;
  readonly defaultValue: unknown;
}

const READER: readonly ReaderField[] = readerFields();

/**
 * The schema of `provenance ‖ body`: Avro has no tags, so a body is read as the tail of a longer record. The signal's
 * fields keep their names, all others are renamed out of the way.
 */
export function flattenSchema(writer: RecordNode): FlatSchema {
  if (isRecursive(writer)) return { isServed: false, why: 'the schema is recursive' };
  const written = new Map(writer.fields.map((field) => [field.name, field.type]));
  for (const field of READER) {
    const type = written.get(field.name);
    const isServed = type === undefined ? isTypeDefault(field) : servedTypes(field.type).some((fits) => fits(type));
    if (!isServed) return { isServed: false, why: `the field "${field.name}"` };
  }
  const names = new Set(READER.map(({ name }) => name));
  const emitter = new Emitter();
  const fields = writer.fields.map(({ name, type }, index) => ({
    name: names.has(name) ? name : `extra_${index}`,
    type: emitter.emit(type),
  }));
  if (emitter.hasEmptyFixed) return { isServed: false, why: 'a fixed of no bytes' };
  return {
    isServed: true,
    units: timeUnits(writer),
    schema: JSON.stringify({ type: 'record', name: 'landed', fields: [...PROVENANCE, ...fields] }),
  };
}

type Fits = (type: AvroNode) => boolean;

const oneOf =
  (...kinds: AvroNode['kind'][]): Fits =>
  (type) =>
    kinds.includes(type.kind);

const nullable =
  (fits: Fits): Fits =>
  (type) =>
    type.kind === 'union' &&
    type.branches.length === 2 &&
    type.branches.some((branch) => branch.kind === 'null') &&
    type.branches.some(fits);

const isText = oneOf('string', 'bytes');
const isNumber = oneOf('int', 'long', 'float', 'double');

/** What ClickHouse reads into the column of a reader field exactly as Avro's resolution would. */
function servedTypes(reader: AvroNode): readonly Fits[] {
  switch (reader.kind) {
    case 'string':
      return [isText];
    case 'long':
      return [oneOf('int', 'long')];
    case 'map':
      return [(type) => type.kind === 'map' && isText(type.values)];
    case 'union': {
      const fits = reader.branches.some(({ kind }) => kind === 'double') ? isNumber : isText;
      return [fits, nullable(fits)];
    }
    default:
      return [];
  }
}

/** A missing field becomes its column's default: only right when the reader's default is the same. */
function isTypeDefault({ type, defaultValue }: ReaderField): boolean {
  if (type.kind === 'union') return defaultValue === null;
  if (type.kind === 'map') return JSON.stringify(defaultValue) === '{}';
  return false;
}

function readerFields(): ReaderField[] {
  const fields = (SIGNAL_SCHEMA as unknown as { fields: { name: string; default?: unknown }[] }).fields;
  const node = parseAvroNode(SIGNAL_SCHEMA) as RecordNode;
  return node.fields.map((field, index) => ({ ...field, defaultValue: fields[index]?.default }));
}

/** Writes nodes back as JSON. Named types get fresh names, so that none can clash with another or with the record. */
class Emitter {
  hasEmptyFixed = false;
  private names = 0;

  emit(node: AvroNode): unknown {
    switch (node.kind) {
      case 'fixed':
        this.hasEmptyFixed ||= node.size <= 0;
        return { type: 'fixed', name: this.freshName(), size: node.size };
      case 'enum':
        return { type: 'enum', name: this.freshName(), symbols: node.symbols };
      case 'array':
        return { type: 'array', items: this.emit(node.items) };
      case 'map':
        return { type: 'map', values: this.emit(node.values) };
      case 'union':
        return node.branches.map((branch) => this.emit(branch));
      case 'record':
        return {
          type: 'record',
          name: this.freshName(),
          fields: node.fields.map(({ name, type }) => ({ name, type: this.emit(type) })),
        };
      default:
        return node.kind;
    }
  }

  private freshName(): string {
    return `named_${this.names++}`;
  }
}
