import { readFileSync } from 'node:fs';
import { ConfigError } from '@millrace/platform-errors';
import type { z } from 'zod';
import { metadataOf, type EnvironmentSchema } from './schema-metadata';

export type Environment = Readonly<Record<string, string | undefined>>;

const LONGEST_SHOWN_VALUE = 80;

/**
 * Reads a service's whole environment once. The result is frozen. All problems are raised at once, as one ConfigError
 * that names each variable, what was given (secrets redacted) and what is expected. An empty variable counts as unset.
 * A secret may also come from the file named by `<NAME>_FILE`.
 */
export function parseEnvironment<Schema extends EnvironmentSchema>(
  serviceName: string,
  schema: Schema,
  env: Environment = process.env,
): Readonly<z.output<Schema>> {
  const given: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, variable] of Object.entries(schema.shape)) {
    try {
      const value = valueOf(name, metadataOf(variable as z.ZodType).isSecret, env);
      if (value !== undefined) given[name] = value;
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const described = new Set(problems.map((problem) => problem.split(':')[0]));
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0] ?? '');
      if (!described.has(name)) problems.push(describeIssue(name, issue.message, schema, given));
      if (name !== '') described.add(name);
    }
  }
  if (problems.length > 0 || !parsed.success) {
    throw new ConfigError(`The environment of ${serviceName} has ${count(problems.length)}: ${problems.join('; ')}`, {
      advice: 'Set the variables named and start again',
      details: { service: serviceName },
    });
  }
  return deepFreeze(parsed.data);
}

/** A secret from NAME or from the file that NAME_FILE names; undefined when neither is set. Throws with what is wrong. */
export const readSecretVariable = (name: string, env: Environment): string | undefined => valueOf(name, true, env);

function valueOf(name: string, isSecret: boolean, env: Environment): string | undefined {
  const value = nonEmpty(env[name]);
  const fileVariable = `${name}_FILE`;
  const file = isSecret ? nonEmpty(env[fileVariable]) : undefined;
  if (file === undefined) return value;
  if (value !== undefined) throw new Error(`${name}: both ${name} and ${fileVariable} are set, expected one of them`);
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${name}: ${fileVariable} names a file that cannot be read (${reason})`, { cause: error });
  }
  return nonEmpty(content.replace(/\r?\n$/, ''));
}

function describeIssue(
  name: string,
  message: string,
  schema: EnvironmentSchema,
  given: Readonly<Record<string, string>>,
): string {
  const variable = schema.shape[name] as z.ZodType | undefined;
  if (variable === undefined) return name === '' ? message : `${name}: ${message}`;
  const { isSecret, expected } = metadataOf(variable);
  const value = given[name];
  const shown = value === undefined ? 'not set' : `got ${show(value, isSecret)}`;
  const wanted = expected ?? message;
  const orFile = isSecret ? ` in ${name} or in a file named by ${name}_FILE` : '';
  return `${name}: ${shown}, expected ${wanted}${orFile}`;
}

/** Credentials inside a URL are secrets too. */
function show(value: string, isSecret: boolean): string {
  if (isSecret) return '[redacted]';
  const safe = value.replace(/\/\/[^/@\s]*@/g, '//[redacted]@');
  return JSON.stringify(safe.length > LONGEST_SHOWN_VALUE ? `${safe.slice(0, LONGEST_SHOWN_VALUE)}...` : safe);
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

function count(problems: number): string {
  return problems === 1 ? 'a problem' : `${problems} problems`;
}

function deepFreeze<Value>(value: Value): Readonly<Value> {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
