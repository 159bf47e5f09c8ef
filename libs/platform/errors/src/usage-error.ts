import type { ErrorCode } from './error-codes';
import { MillraceError, type MillraceErrorOptions } from './millrace-error';
import { namesInWords } from './nearest';

/** What was typed is not valid, and nothing has happened: a command line exits with 2. */
export class UsageError extends MillraceError {
  constructor(message: string, options: Partial<Omit<MillraceErrorOptions, 'isRetryable'>> = {}) {
    super(message, { ...options, code: options.code ?? 'USAGE_INVALID', actor: options.actor ?? 'operator' });
  }
}

export interface TypedName {
  /** What it should have been: `destination`, `topic`. */
  readonly kind: string;
  readonly typed: string;
  /** All there is; order and repetition do not matter. */
  readonly known: readonly string[];
  readonly code?: ErrorCode;
  /** The way out when there is nothing to choose from. */
  readonly advice?: string;
}

/** The error for a name that does not exist: what there is, the nearest first. */
export function unknownName({ kind, typed, known, code, advice }: TypedName): UsageError {
  const there = `There is: ${namesInWords(typed, known)}`;
  return new UsageError(`There is no ${kind} "${typed}"`, {
    ...(code === undefined ? {} : { code }),
    advice: known.length > 0 || advice === undefined ? there : advice,
  });
}

/** Passes when the name exists; throws a UsageError that says what there is otherwise. */
export function assertKnown(name: TypedName): void {
  if (!name.known.includes(name.typed)) throw unknownName(name);
}
