import type { z } from 'zod';
import { metadataOf, type EnvironmentSchema } from './schema-metadata';

export interface VariableDescription {
  readonly name: string;
  /** As it would be written in the environment; '(required)', '(optional)' when there is none. */
  readonly default: string;
  readonly meaning: string;
}

/** One row a variable, in the order of the schema: for `--help`, for docs, and for a spec that compares them. */
export function describeEnvironment(schema: EnvironmentSchema): readonly VariableDescription[] {
  return Object.entries(schema.shape).map(([name, variable]) => {
    const { defaultValue, isRequired, isSecret, meaning } = metadataOf(variable as z.ZodType);
    return {
      name,
      default: defaultValue === undefined ? (isRequired ? '(required)' : '(optional)') : asText(defaultValue),
      meaning: isSecret ? `${meaning} Secret: may be read from the file named by ${name}_FILE.`.trim() : meaning,
    };
  });
}

/** The same rows as a Markdown table. */
export function environmentTable(schema: EnvironmentSchema): string {
  const rows = describeEnvironment(schema).map(
    (row) => `| \`${row.name}\` | ${row.default === '' ? '(empty)' : row.default} | ${row.meaning} |`,
  );
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

function asText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
