import type { Actor, ErrorCode } from './error-codes';

export interface MillraceErrorOptions {
  readonly code: ErrorCode;
  /** Who must act. Default: developer, since an error nobody was named for is a bug. */
  readonly actor?: Actor;
  /** Whether the same call may succeed later without anybody acting. Default: false. */
  readonly isRetryable?: boolean;
  /** The way out, in the imperative: a command, a variable, a page. */
  readonly advice?: string;
  readonly cause?: unknown;
  /** Where it happened and with what: topic, partition, table, file, row. Never secrets: it is logged. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An error that says what is wrong, who must act, whether to retry and what the way out is. */
export class MillraceError extends Error {
  readonly code: ErrorCode;
  readonly actor: Actor;
  readonly isRetryable: boolean;
  readonly advice: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: MillraceErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.actor = options.actor ?? 'developer';
    this.isRetryable = options.isRetryable ?? false;
    this.advice = options.advice;
    this.details = options.details ?? {};
  }
}

type Optional<Key extends keyof MillraceErrorOptions> = Omit<MillraceErrorOptions, Key> &
  Partial<Pick<MillraceErrorOptions, Key>>;

/** Infrastructure that is away for now: the same call may succeed later. The operator acts when it lasts. */
export class RetryableError extends MillraceError {
  constructor(message: string, options: Omit<MillraceErrorOptions, 'isRetryable'>) {
    super(message, { ...options, actor: options.actor ?? 'operator', isRetryable: true });
  }
}

/** The configuration is wrong; nothing starts until the operator changes it. */
export class ConfigError extends MillraceError {
  constructor(message: string, options: Omit<Optional<'code'>, 'isRetryable'> = {}) {
    super(message, {
      ...options,
      code: options.code ?? 'CONFIG_INVALID',
      actor: options.actor ?? 'operator',
      isRetryable: false,
    });
  }
}

/** A record, schema or topic breaks what two parties agreed on; whoever produced it must act. */
export class ContractError extends MillraceError {
  constructor(message: string, options: Omit<Optional<'code'>, 'isRetryable'> = {}) {
    super(message, {
      ...options,
      code: options.code ?? 'CONTRACT_VIOLATED',
      actor: options.actor ?? 'producer',
      isRetryable: false,
    });
  }
}

/** A destination did not take a delivery. Whether to retry depends on the answer, so the caller says it. */
export class DeliveryError extends MillraceError {
  constructor(message: string, options: MillraceErrorOptions & { readonly isRetryable: boolean }) {
    super(message, { ...options, actor: options.actor ?? 'customer' });
  }
}
