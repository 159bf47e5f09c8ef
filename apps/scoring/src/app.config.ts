import { hostname } from 'node:os';
import { join } from 'node:path';

import {
  clickhouseEnvironment,
  flag,
  integer,
  kafkaEnvironment,
  lineageEnvironment,
  parseEnvironment,
  seconds,
  serviceEnvironment,
  timeZoneEnvironment,
  type Environment,
} from '@millrace/platform-config';
import { z } from 'zod';

/** config/models of the repository, seen from src/ and from dist/. */
const MODELS_FOLDER = join(__dirname, '../../../config/models');

/** `lead=0 3 * * *; fit=0 4 * * 1` by model. */
const cronsByModel = () =>
  z
    .string()
    .default('')
    .transform((text, context): Readonly<Record<string, string>> => {
      const pairs = text
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair !== '')
        .map((pair) => /^(\w+)\s*=\s*(.+)$/.exec(pair)?.slice(1, 3));
      if (pairs.includes(undefined)) {
        context.addIssue({ code: 'custom', message: 'give model=cron, such as my_model=0 3 * * *' });
        return z.NEVER;
      }
      return Object.fromEntries(pairs as [string, string][]);
    });

export const scoringEnvironment = z.object({
  ...serviceEnvironment('scoring', 8083),
  ...kafkaEnvironment,
  ...clickhouseEnvironment,
  ...timeZoneEnvironment,
  ...lineageEnvironment,
  WINDOW_SIZE_SECONDS: integer(3_600, { min: 1 }).describe('Size of a window, as windowing has it.'),
  WINDOW_GRACE_SECONDS: seconds(600).describe('Grace of a window, as windowing has it.'),
  MODELS_CONFIG_DIR: z.string().default(MODELS_FOLDER).describe("Folder with the models' settings, <model>.yaml."),
  MODELS_AUTO_PUBLISH: flag(false).describe(
    'Whether a settings file that changed is published at the next tick; the local stack says true.',
  ),
  SCHEDULES_ENABLED: flag(true).describe('Whether this replica runs jobs when their schedule says so.'),
  SCHEDULE_CRONS: cronsByModel().describe(
    'Replaces schedule.cron of models, for demos and tests: model=cron, several separated by semicolons.',
  ),
  SCHEDULE_POLL_SECONDS: seconds(1, { min: 0.05 }).describe('How often due ticks are looked for.'),
  SCHEDULE_CATCH_UP_SECONDS: seconds(1_209_600).describe(
    'A missed tick older than this, and than one period of its schedule, is not run late.',
  ),
  TICK_LEASE_SECONDS: seconds(60, { min: 0.2 }).describe(
    'A replica that has not renewed its tick for so long is succeeded.',
  ),
  RUN_ATTEMPTS: integer(3, { min: 1 }).describe('Attempts at a tick before it is given up.'),
  RUN_RETRY_SECONDS: seconds(30).describe('Pause before the second attempt; doubles.'),
  RUN_CHUNK_SIZE: integer(10_000, { min: 1 }).describe('Entities of a chunk.'),
  RUN_CHUNKS_PER_QUERY: integer(20, { min: 1 }).describe('Chunks that one query scores.'),
  ENTITIES_WAIT_SECONDS: seconds(30).describe(
    'A run waits so long for people and accounts that are in Kafka and not yet landed.',
  ),
  BUILDS_KEPT_HOURS: integer(48, { min: 1 }).describe('Builds of a day that a newer one supersedes are kept so long.'),
  RUN_API_TOKEN: z
    .string()
    .min(32)
    .regex(/^\S+$/)
    .meta({ secret: true, expected: 'a token of 32 characters or more without spaces' })
    .optional()
    .describe('Bearer token of /v1/runs, /v1/windows; unset: they are closed.'),
  REPLICA_ID: z.string().default(`${hostname()}-${process.pid}`).describe('Name of this replica in decisions.'),
});

export type ScoringConfig = Readonly<z.output<typeof scoringEnvironment>>;

export const readScoringConfig = (env?: Environment): ScoringConfig =>
  parseEnvironment('scoring', scoringEnvironment, env);
