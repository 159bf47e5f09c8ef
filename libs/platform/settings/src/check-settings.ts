import { ConfigError, type ErrorCode } from '@millrace/platform-errors';
import type { z } from 'zod';

import { issuesInWords, type Checked, type Problem } from './issues-in-words';
import type { SettingsText } from './settings-text';

/**
 * What is wrong with a value by its schema, and the value as the schema reads it when nothing is. `originOf` names where a
 * value came from that is not to be shown.
 */
export function inspect<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  originOf?: Checked['originOf'],
): { readonly data?: z.output<Schema>; readonly problems: readonly Problem[] } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { data: parsed.data, problems: [] };
  return { problems: issuesInWords(parsed.error.issues, { schema, value, originOf }) };
}

export interface SettingsErrorOptions {
  readonly code?: ErrorCode;
  readonly advice?: string;
}

/** All mistakes of a file in one error, a line each: `file:line:column key: what is wrong, what is allowed`. */
export function settingsError(
  text: SettingsText,
  problems: readonly Problem[],
  { code = 'FILE_INVALID', advice = 'Correct the lines named' }: SettingsErrorOptions = {},
): ConfigError {
  const lines = problems.map(({ path, message }) => `  ${text.locate(path)} ${keyOf(path)}: ${message}`);
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  return new ConfigError([`${text.file} has ${count}:`, ...new Set(lines)].join('\n'), { code, advice });
}

/** Checks a file's value; throws what `settingsError` makes of all problems. */
export function checkSettings<Schema extends z.ZodType>(
  text: SettingsText,
  schema: Schema,
  options?: SettingsErrorOptions,
): z.output<Schema> {
  const { problems } = inspect(schema, text.value);
  if (problems.length > 0) throw settingsError(text, problems, options);
  return schema.parse(text.value);
}

/** `destinations[0].objects[1].fields.lead_score` */
function keyOf(path: readonly PropertyKey[]): string {
  const key = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return key.replace(/^\./, '') || '(the whole file)';
}
