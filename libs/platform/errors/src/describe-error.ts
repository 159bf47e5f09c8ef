import { types } from 'node:util';
import { MillraceError } from './millrace-error';

/** A cause chain longer than this is a loop or noise. */
const DEEPEST_CAUSE = 5;
const LONGEST_MESSAGE = 500;

export interface ErrorJson {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly actor?: string;
  readonly isRetryable?: boolean;
  readonly advice?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: ErrorJson;
}

/**
 * One readable line: what is wrong, why (the causes), where (the details), the way out.
 * `CLICKHOUSE_UNAVAILABLE: ClickHouse does not answer, because connect ECONNREFUSED (url=http://127.0.0.1:8123). Start it with npm run stack.`
 * A message of ours that lists problems keeps its lines. Without the way out for readers that get the advice as a field of its own.
 */
export function describeError(error: unknown, { withAdvice = true }: { readonly withAdvice?: boolean } = {}): string {
  const parts: string[] = [];
  for (const link of causeChain(error)) {
    const message = messageOf(link);
    if (!parts.some((part) => part.includes(message))) parts.push(message);
  }
  const what = parts.join(', because ');
  if (!(error instanceof MillraceError)) return what;
  const place = Object.entries(error.details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${inline(value)}`)
    .join(', ');
  const where = place === '' ? '' : ` (${place})`;
  const then = what.includes('\n') ? '\n' : '. ';
  const wayOut = error.advice === undefined || !withAdvice ? '' : `${then}${sentence(error.advice)}`;
  return `${error.code}: ${what.replace(/\.$/, '')}${where}${wayOut}`;
}

/** The error and its causes as plain data for logs and `--json`; stacks stay out. */
export function toJson(error: unknown): ErrorJson {
  const chain = causeChain(error);
  return chain.reduceRight<ErrorJson | undefined>((cause, link) => {
    const base: ErrorJson = {
      name: isError(link) ? link.name : 'Error',
      message: messageOf(link),
      ...(cause === undefined ? {} : { cause }),
    };
    if (!(link instanceof MillraceError)) {
      const code = codeOf(link);
      return code === undefined ? base : { ...base, code };
    }
    return {
      ...base,
      code: link.code,
      actor: link.actor,
      isRetryable: link.isRetryable,
      ...(link.advice === undefined ? {} : { advice: link.advice }),
      ...(Object.keys(link.details).length === 0 ? {} : { details: link.details }),
    };
  }, undefined) as ErrorJson;
}

/** Errors of another realm (a worker, a Jest environment, vm) are no instances of this realm's Error. */
function isError(error: unknown): error is Error {
  return error instanceof Error || types.isNativeError(error);
}

export function causeChain(error: unknown): unknown[] {
  const chain: unknown[] = [error];
  let link = error;
  while (chain.length < DEEPEST_CAUSE && isError(link) && link.cause !== undefined) {
    if (chain.includes(link.cause)) break;
    link = link.cause;
    chain.push(link);
  }
  return chain;
}

/** AggregateError (as Node raises when every address refused) has an empty message: its members say it. */
export function messageOf(error: unknown): string {
  if (isError(error) && error.message === '' && 'errors' in error && Array.isArray(error.errors)) {
    return [...new Set(error.errors.map((member: unknown) => messageOf(member)))].join('; ');
  }
  if (error instanceof MillraceError) return withLines(error.message);
  if (isError(error)) return oneLine(error.message === '' ? (codeOf(error) ?? error.name) : error.message);
  return oneLine(typeof error === 'string' ? error : inline(error));
}

function codeOf(error: unknown): string | undefined {
  if (!isError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Lines stay lines, as far as they say something; the space before one is kept. */
function withLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => (index === 0 ? '' : (/^ */.exec(line)?.[0] ?? '')) + flat(line)).join('\n');
}

/** Messages of others (drivers, servers) may carry a whole query: cut. Our own are written to be read in full. */
function oneLine(text: string): string {
  const line = flat(text);
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}...` : line;
}

function inline(value: unknown): string {
  if (typeof value === 'string') return oneLine(value);
  if (typeof value === 'bigint') return String(value);
  try {
    return oneLine(JSON.stringify(value) ?? String(value));
  } catch {
    return String(value);
  }
}

export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
