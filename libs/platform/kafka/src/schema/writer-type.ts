import { Type, type Schema } from 'avsc';

/**
 * The type of a writer's schema. `references` define types that it names, each before those that name it. Defaults are left
 * out: only readers use them, and a default that does not fit its type would make avsc refuse the whole schema.
 */
export function writerTypeOf(json: string, references: readonly string[] = []): Type {
  const registry: Record<string, Type> = {};
  for (const reference of references) Type.forSchema(withoutDefaults(JSON.parse(reference)) as Schema, { registry });
  return Type.forSchema(withoutDefaults(JSON.parse(json)) as Schema, { registry });
}

function withoutDefaults(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDefaults);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { fields, items, values, type, ...rest } = schema as Record<string, unknown>;
  return {
    ...rest,
    ...(type === undefined ? {} : { type: withoutDefaults(type) }),
    ...(items === undefined ? {} : { items: withoutDefaults(items) }),
    ...(values === undefined ? {} : { values: withoutDefaults(values) }),
    ...(Array.isArray(fields) ? { fields: fields.map(fieldWithoutDefault) } : fields === undefined ? {} : { fields }),
  };
}

function fieldWithoutDefault(field: unknown): unknown {
  if (typeof field !== 'object' || field === null) return field;
  const { default: _default, type, ...rest } = field as Record<string, unknown>;
  return { ...rest, type: withoutDefaults(type) };
}
