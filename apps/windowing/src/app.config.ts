import {
  clickhouseEnvironment,
  integer,
  kafkaEnvironment,
  lineageEnvironment,
  parseEnvironment,
  secret,
  seconds,
  serviceEnvironment,
  timeZoneEnvironment,
  verdictEnvironment,
  type Environment,
} from '@millrace/platform-config';
import { z } from 'zod';

const MEBIBYTE = 1024 * 1024;

/** Places before and after each step of a seal where a test may end the process, as kill -9 would. */
const CRASH_POINTS = [
  'before-completeness',
  'before-attempt',
  'after-attempt',
  'after-seals',
  'before-decide',
  'after-decide',
  'after-mirror',
  'after-closing',
  'after-clean-up',
] as const;

/** Reading the log into `signals_raw`. */
const landing = {
  LANDING_PATH: z
    .enum(['fast', 'reference'])
    .meta({ expected: 'fast or reference' })
    .default('fast')
    .describe('fast passes Avro bodies through to ClickHouse; reference decodes every record in this process.'),
  LANDING_FLUSH_MS: integer(2_000, { min: 10 }).describe('A landed row waits at most this long for its insert.'),
  LANDING_FLUSH_ROWS: integer(200_000, { min: 1, max: 1_000_000 }).describe('Rows of one insert at most.'),
  LANDING_FLUSH_BYTES: integer(24 * MEBIBYTE, { min: 1 }).describe('Bytes of one insert at most.'),
  LANDING_INSERTS_IN_FLIGHT: integer(3, { min: 1, max: 16 }).describe(
    'Flushes under way at once; when all are, fetching pauses.',
  ),
  LANDING_INSERT_TIMEOUT_SECONDS: seconds(30, { min: 1 }).describe(
    'One insert may take this long; keep it below KAFKA_REBALANCE_TIMEOUT_SECONDS.',
  ),
  KAFKA_SESSION_TIMEOUT_SECONDS: seconds(30, { min: 1 }).describe('A replica that is silent for so long is given up.'),
  KAFKA_REBALANCE_TIMEOUT_SECONDS: seconds(60, { min: 1 }).describe('A rebalance waits for a replica this long.'),
  TOPIC_DISCOVERY_SECONDS: seconds(30, { min: 0.05 }).describe('How often new signals.* topics are looked for.'),
  TOPIC_EPOCHS: z
    .string()
    .default('')
    .transform((text, context) => {
      const epochs: Record<string, number> = {};
      for (const word of text.split(',').map((part) => part.trim())) {
        if (word === '') continue;
        const match = /^([^=\s]+)=(\d{1,9})$/.exec(word);
        if (match === null) {
          context.addIssue({ code: 'custom', message: `"${word}" is not topic=number` });
          return z.NEVER;
        }
        epochs[match[1] as string] = Number(match[2]);
      }
      return epochs;
    })
    .meta({ expected: 'topic=number pairs separated by commas' })
    .describe('Epoch per topic (full name), raised by one after a topic was re-created; unnamed topics are at 0.'),
  ...verdictEnvironment,
} as const;

/** Windows and the chain of seal steps. */
const sealing = {
  WINDOW_SIZE_SECONDS: integer(3_600, { min: 1 }).describe('Size of a window: 3600, 1800 or 900.'),
  WINDOW_GRACE_SECONDS: seconds(600).describe('A window is closed this long after its end.'),
  SEAL_POLL_SECONDS: seconds(1, { min: 0.01 }).describe('How often a replica looks whether a step is due.'),
  SEAL_JITTER_SECONDS: seconds(0.5).describe('Replicas wait up to so long before they seal, so that mostly one does.'),
  SEAL_SKEW_SECONDS: seconds(2).describe('The log is asked for a time only once the clock has passed it by so much.'),
  SEAL_LATE_INTERVAL_SECONDS: seconds(300).describe('Late rows enter in a step of their own this often.'),
  SEAL_DEADLINE_SECONDS: seconds(600).describe(
    'A partition that is behind so long after a window closed stops nobody.',
  ),
  SEAL_IMPORT_ROWS: integer(50_000, { min: 1 }).describe('From so many late rows on they are an import.'),
  SEAL_IMPORT_QUIET_SECONDS: seconds(30).describe('An import is sealed once no row came for so long...'),
  SEAL_IMPORT_WAIT_SECONDS: seconds(900).describe('...or once its oldest row has waited so long.'),
  SEAL_LONGEST_INSERT_SECONDS: seconds(300, { min: 1 }).describe(
    'The server ends the insert of an attempt after this; losing attempts are cleaned up later than that.',
  ),
  OPENLINEAGE_SEAL_SECONDS: seconds(3_600, { min: 1 }).describe(
    'Seal steps of so long are one run in OpenLineage events.',
  ),
  CRASH_AT: z
    .enum(CRASH_POINTS)
    .meta({ expected: CRASH_POINTS.join(', ') })
    .optional()
    .describe('For tests: the process kills itself at this point of sealing.'),
} as const;

/** How long what was landed and sealed is kept. */
const retention = {
  RAW_RETENTION_DAYS: integer(30, { min: 1 }).describe(
    'Landed and quarantined records are kept this long; never dropped before they are sealed.',
  ),
  SEALED_RETENTION_DAYS: integer(400, { min: 1 }).describe(
    'Sealed signals are kept this long after their window and after they were sealed; at least SIGNAL_HORIZON_SECONDS.',
  ),
  RETENTION_INTERVAL_SECONDS: seconds(3_600, { min: 1 }).describe('How often is looked for what is to be dropped.'),
  RAW_ARCHIVE_URL: archiveUrl()
    .optional()
    .describe(
      'Landed records are written there as Parquet, and read back, before they are dropped; unset: just dropped.',
    ),
  RAW_ARCHIVE_ACCESS_KEY_ID: secret()
    .optional()
    .describe('Access key of RAW_ARCHIVE_URL; unset: the ClickHouse server has credentials of its own.'),
  RAW_ARCHIVE_SECRET_ACCESS_KEY: secret().optional().describe('Secret of RAW_ARCHIVE_ACCESS_KEY_ID.'),
} as const;

export const windowingEnvironment = z.object({
  ...serviceEnvironment('windowing', 8082),
  ...kafkaEnvironment,
  ...clickhouseEnvironment,
  ...timeZoneEnvironment,
  ...lineageEnvironment,
  ...landing,
  ...sealing,
  ...retention,
});

export type WindowingConfig = Readonly<z.output<typeof windowingEnvironment>>;

export const readWindowingConfig = (env?: Environment): WindowingConfig =>
  parseEnvironment('windowing', windowingEnvironment, env);

/** `https://bucket.s3.region.amazonaws.com/prefix`, any S3 endpoint, or `file:///folder` on the ClickHouse server. */
function archiveUrl() {
  return z
    .string()
    .transform((text, context) => {
      const problem = archiveProblem(text);
      if (problem === null) return text.replace(/\/+$/, '');
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    })
    .meta({
      secret: true,
      expected: 'https:// and a bucket and prefix, or file:///folder of the ClickHouse server; no credentials in it',
    });
}

function archiveProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'not a URL';
  const url = new URL(text);
  if (!['http:', 'https:', 'file:'].includes(url.protocol)) return 'neither https:// nor file://';
  if (url.username !== '' || url.password !== '') return 'holds credentials: give them as RAW_ARCHIVE_ACCESS_KEY_ID';
  if (url.search !== '' || url.hash !== '') return 'has a query: only a bucket and a prefix';
  return null;
}
