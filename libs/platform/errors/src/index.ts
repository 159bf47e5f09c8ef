export { ERROR_CODES, type Actor, type ErrorCode } from './error-codes';
export {
  ConfigError,
  ContractError,
  DeliveryError,
  MillraceError,
  RetryableError,
  type MillraceErrorOptions,
} from './millrace-error';
export { describeInPublic } from './describe-in-public';
export { describeError, toJson, type ErrorJson } from './describe-error';
export { describeLogLine } from './describe-log-line';
export { millraceVersion } from './version';
export { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, exitCodeOf, isRetryable } from './exit-codes';
export { namesInWords, nearestFirst } from './nearest';
export { assertKnown, unknownName, UsageError, type TypedName } from './usage-error';
