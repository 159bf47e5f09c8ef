import { z } from 'zod';

/*
 * What replicas of e878759 take for a seal step: content first, then the key. A copy of its schema, for a spec that puts a replica of
 * that version beside one of today. Never to be changed.
 */
const topicVectorSchema = z.strictObject({
  topic: z.string().min(1),
  topic_epoch: z.int().nonnegative(),
  offsets: z.array(z.int().nonnegative()),
});
const SEAL_REASONS = ['on_time', 'late', 'import', 'deadline', 'manual', 'rebuild'] as const;
const sealStepSchema = z.object({
  step: z.int().positive(),
  closed_through: z.int().nonnegative(),
  vector: z.array(topicVectorSchema),
  attempt_id: z.uuid(),
  digest: z.string(),
  totals: z.object({
    sealed: z.int().nonnegative(),
    duplicates: z.int().nonnegative(),
    late: z.int().nonnegative(),
    quarantined: z.int().nonnegative(),
    skipped: z.int().nonnegative(),
    windows: z.int().nonnegative(),
    offsets: z.int().nonnegative(),
  }),
  first_window: z.int().nullable(),
  last_window: z.int().nullable(),
  reason: z.enum(SEAL_REASONS),
  window: z.object({
    size_ms: z.int().positive(),
    grace_ms: z.int().nonnegative(),
    horizon_ms: z.int().positive().optional(),
  }),
  rebuild: z.object({ from: z.int().nonnegative(), to: z.int().positive() }).optional(),
  quarantined: z
    .array(
      z.object({
        topic: z.string(),
        topic_epoch: z.int().nonnegative(),
        partition: z.int().nonnegative(),
        runs: z.string(),
      }),
    )
    .optional(),
  settings_hash: z.string(),
  code_version: z.string(),
  incomplete: z.array(
    z.object({ topic: z.string(), partition: z.int().nonnegative(), position: z.int().nonnegative() }),
  ),
  sealed_at: z.int().nonnegative(),
});

export function takesSealStep(value: string): boolean {
  try {
    return sealStepSchema.safeParse(JSON.parse(value)).success;
  } catch {
    return false;
  }
}
