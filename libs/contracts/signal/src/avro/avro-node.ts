/** A schema with its named references resolved; recursive schemas are cycles of these objects. */
export type AvroNode =
  | { readonly kind: Primitive; readonly logicalType?: string }
  | { readonly kind: 'fixed'; readonly size: number }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroNode }
  | { readonly kind: 'map'; readonly values: AvroNode }
  | { readonly kind: 'union'; readonly branches: readonly AvroNode[] }
  | RecordNode;

export interface RecordNode {
  readonly kind: 'record';
  /** Without its namespace. */
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: AvroNode }[];
}

export type Primitive = (typeof PRIMITIVES)[number];
const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;

const isPrimitive = (name: string): name is Primitive => (PRIMITIVES as readonly string[]).includes(name);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads an Avro schema; docs, orders and defaults are dropped: they are not on the wire. `references` define types that it
 * names, each before those that name it. Throws Error.
 */
export function parseAvroNode(schema: unknown, references: readonly unknown[] = []): AvroNode {
  const reader = new Reader();
  for (const reference of references) reader.read(reference, '');
  return reader.read(schema, '');
}

class Reader {
  private readonly named = new Map<string, AvroNode>();

  read(schema: unknown, namespace: string): AvroNode {
    if (typeof schema === 'string') return this.refer(schema, namespace);
    if (Array.isArray(schema)) return { kind: 'union', branches: schema.map((branch) => this.read(branch, namespace)) };
    if (!isObject(schema)) throw new Error(`${JSON.stringify(schema)} is not an Avro schema`);
    const { type } = schema;
    switch (type) {
      case 'array':
        return { kind: 'array', items: this.read(schema['items'], namespace) };
      case 'map':
        return { kind: 'map', values: this.read(schema['values'], namespace) };
      case 'fixed':
        return this.define(schema, namespace, { kind: 'fixed', size: Number(schema['size']) });
      case 'enum':
        return this.define(schema, namespace, { kind: 'enum', symbols: schema['symbols'] as string[] });
      case 'record':
      case 'error':
        return this.readRecord(schema, namespace);
      default: {
        const node = this.read(type, namespace);
        const { logicalType } = schema;
        return typeof logicalType === 'string' && isPrimitive(node.kind)
          ? { ...node, kind: node.kind, logicalType }
          : node;
      }
    }
  }

  private readRecord(schema: Record<string, unknown>, namespace: string): AvroNode {
    const fields: { name: string; type: AvroNode }[] = [];
    const node = this.define(schema, namespace, { kind: 'record', name: unqualified(schema), fields });
    const inner = namespaceOf(schema, namespace);
    for (const field of (schema['fields'] ?? []) as Record<string, unknown>[]) {
      fields.push({ name: String(field['name']), type: this.read(field['type'], inner) });
    }
    return node;
  }

  private define(schema: Record<string, unknown>, namespace: string, node: AvroNode): AvroNode {
    const name = String(schema['name'] ?? '');
    const space = namespaceOf(schema, namespace);
    this.named.set(name.includes('.') || space === '' ? name : `${space}.${name}`, node);
    return node;
  }

  private refer(name: string, namespace: string): AvroNode {
    if (isPrimitive(name)) return { kind: name };
    const known = this.named.get(namespace === '' ? name : `${namespace}.${name}`) ?? this.named.get(name);
    if (known === undefined) throw new Error(`the schema refers to "${name}", which it does not define`);
    return known;
  }
}

function unqualified({ name }: Record<string, unknown>): string {
  const text = String(name ?? '');
  return text.slice(text.lastIndexOf('.') + 1);
}

function namespaceOf(schema: Record<string, unknown>, outer: string): string {
  const name = String(schema['name'] ?? '');
  if (name.includes('.')) return name.slice(0, name.lastIndexOf('.'));
  return typeof schema['namespace'] === 'string' ? schema['namespace'] : outer;
}

/** True when a value of the schema can hold a value of the same schema. */
export function isRecursive(node: AvroNode, above: readonly AvroNode[] = []): boolean {
  if (above.includes(node)) return true;
  const path = [...above, node];
  switch (node.kind) {
    case 'array':
      return isRecursive(node.items, path);
    case 'map':
      return isRecursive(node.values, path);
    case 'union':
      return node.branches.some((branch) => isRecursive(branch, path));
    case 'record':
      return node.fields.some((field) => isRecursive(field.type, path));
    default:
      return false;
  }
}
