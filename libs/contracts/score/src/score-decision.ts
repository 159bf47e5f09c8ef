import { z } from 'zod';

const instant = z.int().nonnegative();

/**
 * A replica claims one tick of a schedule. Key: `tick:<job>:<instant>:<epoch>`; the first record wins and holds the tick
 * for a lease. The holder renews by claiming the next epoch; so does whoever succeeds it once the lease is over.
 */
export const tickClaimSchema = z.object({
  kind: z.literal('tick'),
  job: z.string().min(1),
  scheduled_at: instant,
  epoch: z.int().nonnegative(),
  replica: z.string(),
  claimed_at: instant,
});

/** A tick that will have no run. Key: `done:<job>:<instant>`. Nobody succeeds it; previous scores stay current. */
export const tickDoneSchema = z.object({
  kind: z.literal('tick_done'),
  job: z.string().min(1),
  scheduled_at: instant,
  outcome: z.enum(['failed', 'skipped']),
  reason: z.string(),
  replica: z.string(),
  decided_at: instant,
});

/** A score run became current for its (model, as_of). Key: `run:<run_id>`. Its rows are in ClickHouse before this record is written. */
export const runPublishedSchema = z.object({
  kind: z.literal('run'),
  run_id: z.string().min(1),
  model: z.string().min(1),
  model_version: z.int().positive(),
  settings_hash: z.string(),
  input_hash: z.string(),
  /** The instant the run speaks about. */
  as_of: instant,
  /** Local date D of the tick in `zone`; the run looks at days before it. */
  as_of_date: z.iso.date(),
  zone: z.string(),
  /** The seal step that the run read as of. */
  step: z.int().nonnegative(),
  /** 1 for the first run of its (model, version, settings, as_of); +1 for each with other inputs. */
  revision: z.int().positive(),
  /** Some windows were missing at the deadline; `missing` names them. */
  is_partial: z.boolean(),
  missing: z.array(z.string()),
  entity_kind: z.enum(['person', 'account']),
  rows: z.int().nonnegative(),
  checksum: z.string(),
  /** The run whose scores and stages this one continues; null for a first run. */
  previous_run_id: z.string().nullable().optional(),
  started_at: instant,
  published_at: instant,
});

export const scoreDecisionSchema = z.discriminatedUnion('kind', [tickClaimSchema, tickDoneSchema, runPublishedSchema]);

export type TickClaim = z.infer<typeof tickClaimSchema>;
export type TickDone = z.infer<typeof tickDoneSchema>;
export type RunPublished = z.infer<typeof runPublishedSchema>;
export type ScoreDecision = z.infer<typeof scoreDecisionSchema>;

export const tickKey = (job: string, scheduledAt: number, epoch: number): string =>
  `tick:${job}:${scheduledAt}:${epoch}`;
export const tickDoneKey = (job: string, scheduledAt: number): string => `done:${job}:${scheduledAt}`;
export const runKey = (runId: string): string => `run:${runId}`;
