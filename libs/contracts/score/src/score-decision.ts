import { z } from 'zod';

import { boundInputSchema, type BoundInput } from './bound-input';

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

/**
 * A tick of a schedule has come and somebody has to settle it, by a run or by TickDone. Key: `due:<job>:<instant>`. Written before
 * any run of its instant or later begins, so that whoever reads a run knows what else was due.
 */
export const tickDueSchema = z.object({
  kind: z.literal('tick_due'),
  job: z.string().min(1),
  scheduled_at: instant,
  noted_at: instant,
});

export const TICK_OUTCOMES = ['failed', 'skipped'] as const;

/** A tick that will have no run. Key: `done:<job>:<instant>`. Nobody succeeds it; previous scores stay current. */
export const tickDoneSchema = z.object({
  kind: z.literal('tick_done'),
  job: z.string().min(1),
  scheduled_at: instant,
  /** One of TICK_OUTCOMES, or what another version writes. */
  outcome: z.string(),
  reason: z.string(),
  replica: z.string(),
  decided_at: instant,
});

export const ENTITY_KINDS = ['person', 'account', 'conversion'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** Only `publish` is proposed to the log; the others are runs of one command and write to tables of their own. */
export const PURPOSES = ['publish', 'what_if', 'backtest'] as const;
export type Purpose = (typeof PURPOSES)[number];

/**
 * A score run became current for its (model, as_of). Key: `run:<run_id>`. Its rows are in ClickHouse before this record is written.
 * Records live for ever: a field may be added, none is ever taken away or given another meaning. A record without `v` is of version 1.
 */
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
  /** One of ENTITY_KINDS, or what another version writes. */
  entity_kind: z.string(),
  rows: z.int().nonnegative(),
  checksum: z.string(),
  /** The run whose scores and stages this one continues; null for a first run. */
  previous_run_id: z.string().nullable().optional(),
  started_at: instant,
  published_at: instant,
  /** From here on: version 2. */
  v: z.int().positive().optional(),
  /** One of PURPOSES, or what another version writes. */
  purpose: z.string().default('publish'),
  /** What the run read, by the model's name for it. */
  inputs: z.record(z.string(), boundInputSchema).optional(),
  /** What the model publishes, by name. */
  fields: z.array(z.string()).optional(),
  /** The run's rows of score_events: crossings are rows, not records. */
  events: z.object({ count: z.int().nonnegative(), checksum: z.string() }).optional(),
  /** False: whoever asked for the run wants nothing delivered because of it. */
  deliver: z.boolean().optional(),
  /** Offset in models.published.v1 of the settings that the run used; left out: they were not published. */
  settings_offset: z.int().nonnegative().optional(),
});

export const scoreDecisionSchema = z.discriminatedUnion('kind', [
  tickDueSchema,
  tickClaimSchema,
  tickDoneSchema,
  runPublishedSchema,
]);

export type TickDue = z.infer<typeof tickDueSchema>;
export type TickClaim = z.infer<typeof tickClaimSchema>;
export type TickDone = z.infer<typeof tickDoneSchema>;
export type RunPublished = z.infer<typeof runPublishedSchema>;
/** A decision as it is read: what is an enumeration for its writer is text. */
export type ScoreDecision = z.infer<typeof scoreDecisionSchema>;

export type NewTickDone = TickDone & { readonly outcome: (typeof TICK_OUTCOMES)[number] };
export type NewRun = Omit<z.input<typeof runPublishedSchema>, 'v' | 'purpose' | 'inputs' | 'entity_kind'> & {
  readonly entity_kind: EntityKind;
  readonly v?: 2;
  readonly purpose?: Purpose;
  readonly inputs?: Readonly<Record<string, BoundInput>>;
};
/** A decision as it is written. */
export type NewScoreDecision = TickDue | TickClaim | NewTickDone | NewRun;

const KINDS: ReadonlyMap<unknown, z.ZodType<ScoreDecision>> = new Map<string, z.ZodType<ScoreDecision>>([
  ['tick_due', tickDueSchema],
  ['tick', tickClaimSchema],
  ['tick_done', tickDoneSchema],
  ['run', runPublishedSchema],
]);

/** What a record says; undefined: its kind is of another version. Throws a ZodError for content that its kind does not have. */
export function readScoreDecision(content: Readonly<Record<string, unknown>>): ScoreDecision | undefined {
  return KINDS.get(content['kind'])?.parse(content);
}

/** What is needed of the log by who delivers: which runs there are, and which ticks are open. */
export type RunOrTick = RunPublished | TickDue | TickDone;

/** The same for them: claims and other kinds are undefined and their content is not looked at. */
export function readRunOrTick(content: Readonly<Record<string, unknown>>): RunOrTick | undefined {
  const read = content['kind'] === 'tick' ? undefined : readScoreDecision(content);
  return read?.kind === 'tick' ? undefined : read;
}

export const tickDueKey = (job: string, scheduledAt: number): string => `due:${job}:${scheduledAt}`;
export const tickKey = (job: string, scheduledAt: number, epoch: number): string =>
  `tick:${job}:${scheduledAt}:${epoch}`;
export const tickDoneKey = (job: string, scheduledAt: number): string => `done:${job}:${scheduledAt}`;
export const runKey = (runId: string): string => `run:${runId}`;
