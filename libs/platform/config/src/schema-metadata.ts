import type { z } from 'zod';

export type EnvironmentSchema = z.ZodObject<z.ZodRawShape>;

export interface VariableMetadata {
  readonly isSecret: boolean;
  readonly isRequired: boolean;
  readonly expected: string | undefined;
  readonly meaning: string;
  readonly defaultValue: unknown;
}

interface Wrapper {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly defaultValue?: unknown;
}

/** What a variable's schema says about itself, looking through `.default()`, `.optional()` and pipes. */
export function metadataOf(schema: z.ZodType): VariableMetadata {
  let isSecret = false;
  let isRequired = true;
  let expected: string | undefined;
  let meaning = '';
  let defaultValue: unknown;
  let layer: z.ZodType | undefined = schema;
  while (layer !== undefined) {
    const meta = layer.meta();
    isSecret ||= meta?.secret === true;
    expected ??= meta?.expected;
    if (meaning === '') meaning = layer.description ?? '';
    const definition: Wrapper = layer.def;
    if (definition.type === 'default') defaultValue ??= definition.defaultValue;
    if (['default', 'optional', 'nullable', 'prefault'].includes(definition.type)) isRequired = false;
    layer = definition.innerType ?? definition.in;
  }
  return { isSecret, isRequired, expected, meaning, defaultValue };
}
