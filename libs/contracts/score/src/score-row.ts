import { z } from 'zod';

export const GRADES = ['A', 'B', 'C', 'D', '?'] as const;
export const STAGES = ['none', 'engaged', 'mql', 'pql'] as const;
export const TIERS = ['strategic', 'enterprise', 'mid', 'smb', 'none'] as const;

/**
 * A row of the view `scores` (current) and of `score_history` (every run). Grain: model x entity (x run).
 * Components are whole points after rounding of contributions; they sum to `score`.
 */
export const scoreRowSchema = z.object({
  run_id: z.string(),
  model: z.string(),
  as_of_date: z.iso.date(),
  entity_kind: z.enum(['person', 'account']),
  entity_id: z.string(),
  account_id: z.string(),
  email: z.string(),
  score: z.int().min(0).max(100),
  previous_score: z.int().nullable(),
  grade: z.enum(GRADES),
  stage: z.enum(STAGES),
  previous_stage: z.enum(STAGES).nullable(),
  /** Three plain sentences at most. */
  score_reasons: z.array(z.string()),
  tier: z.string(),
  /** The record's own created date, epoch milliseconds; null when the CRM does not know the record. */
  created_at: z.int().nullable(),
  do_not_sync: z.boolean(),
  is_unsubscribed: z.boolean(),
});
export type ScoreRow = z.infer<typeof scoreRowSchema>;

/** A row of `score_contributions`. Grain: run x entity x (component, class, day). `points` sum exactly to the score. */
export const contributionRowSchema = z.object({
  run_id: z.string(),
  entity_id: z.string(),
  component: z.string(),
  signal_class: z.string(),
  day: z.iso.date().nullable(),
  points: z.int(),
  count: z.int().nonnegative(),
  weight: z.number(),
  age_days: z.int().nullable(),
  signal_ids: z.array(z.string()).max(5),
});
export type ContributionRow = z.infer<typeof contributionRowSchema>;
