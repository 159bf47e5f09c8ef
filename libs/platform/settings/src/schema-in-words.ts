import type { z } from 'zod';

/** The parts of a schema that say what it takes. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

/** Looks through defaults, optionals and pipes. */
export function innermost(schema: z.ZodType): z.ZodType {
  const { innerType, in: input } = definitionOf(schema);
  const next = innerType ?? input;
  return next === undefined ? schema : innermost(next);
}

/** The schemas that may stand at a path: more than one below a union. */
export function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  const plain = innermost(schema);
  const definition = definitionOf(plain);
  if (definition.options !== undefined) return definition.options.flatMap((option) => schemasAt(option, path));
  const [step, ...rest] = path;
  if (step === undefined) return [plain];
  const next = below(definition, step);
  return next === undefined ? [] : schemasAt(next, rest);
}

const below = ({ shape, element, valueType }: Definition, step: PropertyKey): z.ZodType | undefined =>
  shape?.[String(step)] ?? element ?? valueType;

/** Whether `.meta({ secret: true })` marks what stands at a path, or something that holds it. */
export function isSecretAt(schema: z.ZodType, path: readonly PropertyKey[]): boolean {
  if (schema.meta()?.['secret'] === true) return true;
  const { innerType, in: input, options, ...definition } = definitionOf(schema);
  const wrapped = innerType ?? input;
  if (wrapped !== undefined) return isSecretAt(wrapped, path);
  if (options !== undefined) return options.some((option) => isSecretAt(option, path));
  const [step, ...rest] = path;
  const next = step === undefined ? undefined : below(definition, step);
  return next !== undefined && isSecretAt(next, rest);
}

/** Keys that a mapping may have; empty for what is not one. */
export const keysOf = (schemas: readonly z.ZodType[]): string[] =>
  schemas.flatMap((schema) => Object.keys(definitionOf(schema).shape ?? {}));

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  record: 'a mapping',
  null: 'nothing (null)',
  undefined: 'nothing',
};

/** What a schema takes: `a number`, `change or never`, `a mapping with delta`. */
export function inWords(schema: z.ZodType): string {
  const definition = definitionOf(innermost(schema));
  const values =
    definition.values ?? (definition.entries === undefined ? undefined : Object.values(definition.entries));
  if (values !== undefined) return values.map(String).join(' or ');
  if (definition.shape !== undefined) return `a mapping with ${Object.keys(definition.shape).join(', ')}`;
  if (definition.options !== undefined) return eitherOf(definition.options);
  return WORDS[definition.type] ?? definition.type;
}

export const eitherOf = (schemas: readonly z.ZodType[]): string => [...new Set(schemas.map(inWords))].join(' or ');

/** What zod calls a type, for people. */
export const typeInWords = (type: string): string => WORDS[type] ?? (type === 'object' ? 'a mapping' : type);
