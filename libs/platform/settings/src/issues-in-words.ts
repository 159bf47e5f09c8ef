import { namesInWords, nearestFirst } from '@millrace/platform-errors';
import type { z } from 'zod';

import { eitherOf, isSecretAt, keysOf, schemasAt, typeInWords } from './schema-in-words';

/** One mistake: where, and what is allowed there. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** What was checked, by what. */
export interface Checked {
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** Names where a value came from that is not to be shown, such as `CRM_SECRET`; undefined where the file says it. */
  readonly originOf?: ((path: readonly PropertyKey[]) => string | undefined) | undefined;
}

/** Every issue of a check as problems that say what was found and what is allowed. */
export function issuesInWords(issues: readonly Issue[], checked: Checked): Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, issue.path, checked));
}

function problemsOf(issue: Issue, path: readonly PropertyKey[], checked: Checked): Problem[] {
  const here = schemasAt(checked.schema, path);
  const found = valueAt(checked.value, path);
  const isFound = (): string => `is ${shown(found, path, checked)}`;
  const say = (message: string): Problem[] => [{ path, message }];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysOf(here);
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }));
    }
    case 'invalid_union':
      return unionProblems(issue, path, checked);
    case 'invalid_key':
    case 'invalid_element':
      return say(`${JSON.stringify(path.at(-1))} is not allowed: ${issue.issues.map((one) => one.message).join('; ')}`);
    case 'invalid_type':
      if (!isPlain(issue.message)) return say(issue.message);
      if (found === undefined)
        return say(`is missing: give ${here.length > 0 ? eitherOf(here) : typeInWords(issue.expected)}`);
      return say(`${isFound()}: give ${typeInWords(issue.expected)}`);
    case 'invalid_value': {
      if (!isPlain(issue.message)) return say(issue.message);
      const known = issue.values.map(String);
      if (found === undefined) return say(`is missing: give ${known.join(' or ')}`);
      return say(`${isFound()}: give ${nearestFirst(String(found), known).join(' or ')}`);
    }
    case 'too_small':
      return say(isPlain(issue.message) ? `${isFound()}: give ${least(issue)}` : issue.message);
    case 'too_big':
      return say(isPlain(issue.message) ? `${isFound()}: give ${most(issue)}` : issue.message);
    case 'not_multiple_of':
      return say(`${isFound()}: give a multiple of ${issue.divisor}`);
    case 'invalid_format':
      if (!isPlain(issue.message)) return say(`${isFound()}: give ${issue.message}`);
      return say(`${isFound()}: give ${formatOf(issue)}`);
    default:
      return say(isPlain(issue.message) ? `${isFound()}: give ${eitherOf(here)}` : issue.message);
  }
}

/** What zod says when nobody has said it better. */
const isPlain = (message: string): boolean => /^(Invalid|Too (small|big)|Unrecognized)\b/.test(message);

const unknownKey = (key: string, known: readonly string[]): string =>
  known.length === 0 ? 'is not known here' : `is not known here: there is ${namesInWords(key, known)}`;

function formatOf(issue: Extract<Issue, { code: 'invalid_format' }>): string {
  if (issue.format === 'regex' && issue.pattern !== undefined) return `text that matches ${issue.pattern}`;
  return issue.format === 'url' ? 'a URL such as https://example.com/path' : `a valid ${issue.format}`;
}

function least({ origin, minimum, inclusive }: Extract<Issue, { code: 'too_small' }>): string {
  if (origin === 'string') return minimum === 1 ? 'text that is not empty' : `${minimum} characters or more`;
  if (origin === 'array') return `${minimum} ${minimum === 1 ? 'entry' : 'entries'} or more`;
  return inclusive === false ? `more than ${minimum}` : `${minimum} or more`;
}

function most({ origin, maximum, inclusive }: Extract<Issue, { code: 'too_big' }>): string {
  if (origin === 'string') return `${maximum} characters or fewer`;
  if (origin === 'array') return `${maximum} entries or fewer`;
  return inclusive === false ? `less than ${maximum}` : `${maximum} or less`;
}

/** The mistakes of the branch that was meant, where the kind of value says it; else what all branches take. */
function unionProblems(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: readonly PropertyKey[],
  checked: Checked,
): Problem[] {
  const meant = issue.errors.filter((branch) =>
    branch.every((one) => one.path.length > 0 || one.code === 'unrecognized_keys'),
  );
  const [only] = meant;
  if (only !== undefined && meant.length === 1) {
    return only.flatMap((one) => problemsOf(one, [...path, ...one.path], checked));
  }
  const found = shown(valueAt(checked.value, path), path, checked);
  return [{ path, message: `is ${found}: give ${eitherOf(schemasAt(checked.schema, path))}` }];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined),
    value,
  );
}

const SECRET = /secret|password|token|key|header|hash/i;
const LONGEST = 60;

/** The value itself, unless it is long, or may be a secret. */
function shown(value: unknown, path: readonly PropertyKey[], { schema, originOf }: Checked): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const origin = originOf?.(path);
  if (origin !== undefined) return `text of ${String(value).length} characters from ${origin}`;
  const mayBeSecret = path.some((step) => SECRET.test(String(step))) || isSecretAt(schema, path);
  if (typeof value === 'string' && mayBeSecret) return `text of ${value.length} characters`;
  const text = (JSON.stringify(value) ?? String(value)).replace(/\/\/[^/@\s]*@/, '//[redacted]@');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
