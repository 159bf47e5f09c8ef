import type { WireFailure } from '../wire';
import { FORBIDDEN } from './guarded-connector';

/** Nobody was there, or nobody may be asked. */
const NOT_REACHED = new Set([
  FORBIDDEN,
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
  'ETIMEDOUT',
  'TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);
/** A request that cannot be written is as wrong the next time. */
const UNSENDABLE = new Set(['UND_ERR_INVALID_ARG', 'ERR_INVALID_URL']);

/** Codes of an error and its causes. By shape, not by class: Node's own errors may come from another realm. */
export function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const inner: unknown[] = Array.isArray(errors) ? errors : [cause];
  return [...(typeof code === 'string' ? [code] : []), ...inner.flatMap((link) => codesOf(link, depth + 1))];
}

export interface FailureFacts {
  readonly wasSent: boolean;
  readonly host: string;
  /** Not every address may be called. */
  readonly isGuarded: boolean;
}

/**
 * What a failed request came to. Whoever chooses the address, but may not choose every one, does not learn from the words
 * what listens where: a forbidden address, a refused connection, silence and a name that nobody knows read the same.
 */
export function failureOf(error: unknown, { wasSent, host, isGuarded }: FailureFacts): WireFailure {
  const codes = codesOf(error);
  const isForbidden = !wasSent && codes.some((code) => code === FORBIDDEN || UNSENDABLE.has(code));
  const isOneOfMany = isGuarded && !wasSent && codes.some((code) => NOT_REACHED.has(code));
  const detail = isOneOfMany
    ? `${host} cannot be reached: nobody answers, or its address is private and private addresses are not allowed`
    : inWords(error, codes);
  return { kind: 'failure', wasSent, isForbidden, detail };
}

function inWords(error: unknown, [code, ...more]: readonly string[]): string {
  const message = (error as { message?: string } | null)?.message || [code, ...more].join(', ');
  return code === undefined || code === 'TIMEOUT' || code === 'GIVEN_UP' ? message : `${code}: ${message}`;
}
