import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import type { Problem } from '@millrace/platform-settings';
import { z } from 'zod';

import { readSecretVariable, type Environment } from '../parse-environment';

type Path = readonly PropertyKey[];

/** Stands in a settings file for what is not to be written there. */
const referenceSchema = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]*$/), default: z.string().optional() }),
  z.strictObject({ file: z.string().min(1) }),
]);
type Reference = z.output<typeof referenceSchema>;

/** Keys and certificates are smaller. */
const LARGEST_FILE_BYTES = 64 * 1024;

export interface Resolved {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Names the variable or the file that a value came from; undefined for what the settings file says itself. */
  readonly originOf: (path: Path) => string | undefined;
}

/**
 * Replaces every `{ env: NAME }` (or NAME_FILE, or a `default` beside it) and `{ file: PATH }` below a value by the text that it
 * names. PATH is relative to `folder`. All that are missing are problems, each at its path.
 */
export function resolveReferences(
  value: unknown,
  { env, folder }: { readonly env: Environment; readonly folder: string },
): Resolved {
  const problems: Problem[] = [];
  const origins = new Map<string, string>();
  const visit = (at: unknown, below: Path): unknown => {
    if (Array.isArray(at)) return at.map((member, index) => visit(member, [...below, index]));
    if (typeof at !== 'object' || at === null) return at;
    const reference = referenceSchema.safeParse(at);
    if (!reference.success) {
      return Object.fromEntries(Object.entries(at).map(([key, member]) => [key, visit(member, [...below, key])]));
    }
    try {
      const { text, origin } = read(reference.data, env, folder);
      if (origin !== undefined) origins.set(keyOf(below), origin);
      return text;
    } catch (error) {
      problems.push({ path: below, message: (error as Error).message });
      return undefined;
    }
  };
  return { value: visit(value, []), problems, originOf: (at) => origins.get(keyOf(at)) };
}

const keyOf = (path: Path): string => JSON.stringify(path.map(String));

/** The text, and where it came from unless the settings file gave it. Throws with what to do. */
function read(
  reference: Reference,
  env: Environment,
  folder: string,
): { readonly text: string; readonly origin?: string } {
  if ('file' in reference) return { text: readSecretFile(resolve(folder, reference.file)), origin: reference.file };
  const { env: name, default: otherwise } = reference;
  const text = readSecretVariable(name, env);
  if (text !== undefined) return { text, origin: name };
  if (otherwise !== undefined) return { text: otherwise };
  throw new Error(`${name} is not set: set it, or ${name}_FILE to a file that holds it`);
}

function readSecretFile(file: string): string {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > LARGEST_FILE_BYTES) throw new Error(`it has ${size} bytes, at most ${LARGEST_FILE_BYTES} are read`);
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`names ${file}, which cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (text.trim() === '') throw new Error(`names ${file}, which is empty`);
  return text;
}
