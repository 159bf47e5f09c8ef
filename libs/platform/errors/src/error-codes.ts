/**
 * The one closed list of error codes. A code is a promise to operators and to `--json` readers: rename none, and add one with the
 * code that raises it (a spec of the workspace looks).
 * Grouped by who raises it; the name says what is wrong, never what was being attempted.
 */
export const ERROR_CODES = [
  // configuration and command line
  'CONFIG_INVALID',
  'USAGE_INVALID',
  'FILE_UNREADABLE',
  'FILE_UNWRITABLE',
  'FILE_INVALID',
  // Kafka and the schema registry
  'KAFKA_UNAVAILABLE',
  'KAFKA_REQUEST_FAILED',
  'KAFKA_QUEUE_FULL',
  'KAFKA_RECORD_TOO_LARGE',
  'KAFKA_RECORD_UNREADABLE',
  'KAFKA_OFFSETS_LOST',
  'TOPIC_MISSING',
  'TOPIC_MISCONFIGURED',
  'REGISTRY_UNAVAILABLE',
  'SCHEMA_UNKNOWN',
  'SCHEMA_INCOMPATIBLE',
  // ClickHouse
  'CLICKHOUSE_UNAVAILABLE',
  'CLICKHOUSE_QUERY_FAILED',
  'CLICKHOUSE_ROW_INVALID',
  'ARCHIVE_FAILED',
  'MIGRATION_INVALID',
  'MIGRATION_CHANGED',
  // the contracts between services
  'CONTRACT_VIOLATED',
  'DECISION_LOST',
  'DECISION_LOG_BROKEN',
  'STEP_UNKNOWN',
  'STEP_DIGEST_MISMATCH',
  'CONSERVATION_BROKEN',
  'WINDOW_UNKNOWN',
  'PLAN_UNKNOWN',
  'RUN_UNKNOWN',
  'ENTITY_UNKNOWN',
  // a service's own API
  'API_CLOSED',
  'API_UNAUTHORIZED',
  'RUN_CANCELLED',
  // sources and models
  'SOURCE_UNKNOWN',
  'SOURCE_UNAUTHORIZED',
  'SOURCE_RATE_LIMITED',
  'SOURCE_PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
  'MODEL_UNKNOWN',
  'MODEL_INVALID',
  'MODEL_FAILED',
  // destinations
  'DESTINATION_UNKNOWN',
  'DESTINATION_INVALID',
  // a service as a process
  'SERVICE_NOT_READY',
  'DEADLINE_EXCEEDED',
  'SHUTTING_DOWN',
  'STACK_UNAVAILABLE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Who can mend it: the person running Millrace, the team sending signals, whoever writes code here, or the account owner. */
export type Actor = 'operator' | 'producer' | 'developer' | 'customer';
