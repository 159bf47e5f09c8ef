import {
  clickhouseEnvironment,
  decimal,
  integer,
  kafkaEnvironment,
  lineageEnvironment,
  parseEnvironment,
  seconds,
  serviceEnvironment,
  timeZoneEnvironment,
  verdictEnvironment,
  type Environment,
} from '@millrace/platform-config';
import { z } from 'zod';

const localTime = (time: string) =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .meta({ expected: `a local time such as ${time}` })
    .default(time);

export const syncEnvironment = z.object({
  ...serviceEnvironment('sync', 8084),
  ...kafkaEnvironment,
  ...clickhouseEnvironment,
  ...timeZoneEnvironment,
  ...lineageEnvironment,
  ...verdictEnvironment,
  SYNC_DESTINATIONS_FILE: z
    .string()
    .default('')
    .describe('YAML or JSON file of destinations; see config/destinations. Empty: none.'),
  SYNC_URGENCY_FILE: z.string().default('').describe('YAML or JSON file of urgency rules. Empty: the default rules.'),
  DELIVERY_DEADLINE: localTime('06:00').describe('When a plan should be delivered, local time of the run.'),
  DELIVERY_GIVE_UP_AT: localTime('08:00').describe(
    'What of a nightly plan is not sent by then is not sent any more, local time; the next plan has it again.',
  ),
  DELIVERY_CHUNK_RECORDS: integer(1_000, { min: 1, max: 10_000 }).describe(
    'Records of a logical batch; a large one holds up the urgent lane while it is unpacked.',
  ),
  DELIVERY_QUOTA_SHARE: decimal(1, { min: 0.001, max: 1 }).describe(
    'Part of every account quota that this replica may use: 1 / replicas.',
  ),
  DELIVERY_PAUSE_SECONDS: seconds(300, { min: 0.05 }).describe(
    'A destination that refused the credentials is tried again after so long.',
  ),
  DELIVERY_CIRCUIT_OPEN_SECONDS: seconds(10, { min: 0.05 }).describe(
    'After five failures in a row a destination is left alone for so long.',
  ),
  DELIVERY_UNREACHABLE_SECONDS: seconds(900, { min: 0 }).describe(
    'A destination where nobody answers is waited for so long; the batch lane waits at least until DELIVERY_DEADLINE.',
  ),
  DELIVERY_BACKOFF_FIRST_SECONDS: seconds(1, { min: 0.001 }).describe('First wait before a repeated attempt at most.'),
  DELIVERY_BACKOFF_LONGEST_SECONDS: seconds(60, { min: 0.001 }).describe('Longest wait before a repeated attempt.'),
  PLAN_INTERVAL_SECONDS: seconds(10, { min: 0.05 }).describe(
    'How often is looked for what is not planned or dispatched.',
  ),
  PLAN_LATEST: localTime('05:15').describe(
    'A plan waits for runs that are due until then, local time; then it is made without them and again after them.',
  ),
  PLANS_AT_ONCE: integer(2, { min: 1, max: 16 }).describe('Plans that are computed beside each other.'),
  PLAN_TAKEOVER_SECONDS: seconds(60, { min: 0.05 }).describe(
    'A plan that its maker has not dispatched for so long is dispatched by another replica.',
  ),
  MIRROR_WAIT_SECONDS: seconds(30, { min: 0.1 }).describe('How long is waited for outcomes to be in ClickHouse.'),
  KAFKA_SESSION_TIMEOUT_SECONDS: seconds(30, { min: 6 }).describe('A replica that is silent for so long is given up.'),
  URGENT_MAX_AGE_SECONDS: seconds(900, { min: 0.1 }).describe(
    'Signals older than this are recorded as expired instead of delivered as new.',
  ),
  TOPIC_DISCOVERY_SECONDS: seconds(30, { min: 0.05 }).describe('How often new signals.* topics are looked for.'),
});

export type SyncConfig = Readonly<z.output<typeof syncEnvironment>>;

export const readSyncConfig = (env?: Environment): SyncConfig => parseEnvironment('sync', syncEnvironment, env);
