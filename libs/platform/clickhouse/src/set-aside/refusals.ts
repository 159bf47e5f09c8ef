import { ContractError, MillraceError } from '@millrace/platform-errors';

import { clickhouseCodeOf } from '../clickhouse.errors';

/**
 * What the server says when it cannot take a row for what is in it. Left out on purpose: unknown tables and columns (16, 47,
 * 60, 81), access (497, 516), load (202, 241, 252), and a request that broke off (3, 32, 33): no other row would fare better.
 */
const REFUSED_ROW = new Set([
  6, // CANNOT_PARSE_TEXT
  25, // CANNOT_PARSE_ESCAPE_SEQUENCE
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  120, // CANNOT_INSERT_VALUE_OF_DIFFERENT_SIZE_INTO_TUPLE
  128, // TOO_LARGE_ARRAY_SIZE
  130, // CANNOT_READ_ARRAY_FROM_TEXT
  131, // TOO_LARGE_STRING_SIZE
  153, // ILLEGAL_DIVISION, of a column that is computed from others
  190, // SIZES_OF_ARRAYS_DONT_MATCH
  306, // TOO_DEEP_RECURSION
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  376, // CANNOT_PARSE_UUID
  395, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
  407, // DECIMAL_OVERFLOW
  441, // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
  467, // CANNOT_PARSE_BOOL
  469, // VIOLATED_CONSTRAINT
  563, // CANNOT_READ_MAP_FROM_TEXT
  632, // UNEXPECTED_DATA_AFTER_PARSED_VALUE
  675, // CANNOT_PARSE_IPV4
  676, // CANNOT_PARSE_IPV6
  691, // UNKNOWN_ELEMENT_OF_ENUM
]);
/** Said with INCORRECT_DATA too, and the table's fault: a migration is missing. */
const UNKNOWN_FIELD = /\bunknown field\b/i;
const LONGEST_REASON = 1_000;

/** Whether an insert failed for what is in a row. Anything else passes, or is mended, without touching a row. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof MillraceError) || error.isRetryable) return false;
  const code = clickhouseCodeOf(error);
  // Without the server's word the row could not even be written as JSON.
  if (code === undefined) return error.code === 'CLICKHOUSE_QUERY_FAILED' && error.cause instanceof Error;
  return REFUSED_ROW.has(code) && !UNKNOWN_FIELD.test(messageOf(error));
}

/** Whether the value itself says that it is wrong, so that the table needs no second look. */
export const isOwnFault = (error: unknown): boolean => error instanceof ContractError;

/** The refusal in words, one line, at most 1,000 characters. */
export function reasonOf(error: unknown): string {
  const text = messageOf(error).replace(/\s+/g, ' ').trim();
  return wellFormed(text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON)} ... (cut)` : text);
}

/** Half of a surrogate pair is text that ClickHouse refuses. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

function messageOf(error: unknown): string {
  if (error instanceof MillraceError && error.cause instanceof Error) return error.cause.message;
  return error instanceof Error ? error.message : String(error);
}
