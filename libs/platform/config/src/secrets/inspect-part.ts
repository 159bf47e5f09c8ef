import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { inspect, isSecretAt, type Problem, type SettingsText } from '@millrace/platform-settings';
import type { z } from 'zod';

import type { Environment } from '../parse-environment';
import { createRedact, type Redact } from './redact';
import { resolveReferences } from './resolve-references';

export interface InspectedPart<Data> {
  /** With secrets in place; undefined when there is a problem. */
  readonly data?: Data;
  /** Each with its path in the whole file; none shows a value that came from elsewhere. */
  readonly problems: readonly Problem[];
  /** Takes the part's secrets out of a text that is to be shown, such as the other side's answer. */
  readonly redact: Redact;
}

export interface PartOptions<Schema extends z.ZodType> {
  /** Marks secrets with `.meta({ secret: true })`. */
  readonly schema: Schema;
  /** The part of the file that stands at `path`. */
  readonly value: unknown;
  readonly path: readonly PropertyKey[];
  readonly env?: Environment | undefined;
}

/** Reads a part of a settings file, or all of it: references become what they name, then the schema checks the whole. */
export function inspectPart<Schema extends z.ZodType>(
  { file }: Pick<SettingsText, 'file'>,
  { schema, value, path, env = process.env }: PartOptions<Schema>,
): InspectedPart<z.output<Schema>> {
  const resolved = resolveReferences(value, { env, folder: dirname(file) });
  const { data, problems: found } = inspect(schema, resolved.value, resolved.originOf);
  // What could not be resolved is missing for the schema as well: that is one problem.
  const others = found.filter((one) => !resolved.problems.some((missing) => isDeepStrictEqual(missing.path, one.path)));
  const problems = [...resolved.problems, ...others].map((one) => ({ ...one, path: [...path, ...one.path] }));
  const redact = createRedact(secretsIn(schema, resolved.value));
  return { ...(problems.length === 0 ? { data } : {}), problems, redact };
}

function secretsIn(schema: z.ZodType, value: unknown, path: readonly PropertyKey[] = []): string[] {
  if (typeof value === 'string') return isSecretAt(schema, path) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => secretsIn(schema, member, [...path, key]));
}
