import { z } from 'zod';

/** Offsets of one topic: `offsets[p]` is the first offset of partition p that the step does **not** contain. */
export const topicVectorSchema = z.strictObject({
  topic: z.string().min(1),
  /** Raised by an operator when a topic was re-created; offsets of different epochs are never compared. */
  topic_epoch: z.int().nonnegative(),
  offsets: z.array(z.int().nonnegative()),
});
export type TopicVector = z.infer<typeof topicVectorSchema>;

export const SEAL_REASONS = ['on_time', 'late', 'import', 'deadline', 'manual', 'rebuild'] as const;
export type SealReason = (typeof SEAL_REASONS)[number];

/**
 * Step n of the chain: the value of a record in `windows.sealed.v1`, key = step number, first record for a key wins.
 * Content: the rows below `vector`, in windows closed at `closed_through`, that no earlier step sealed, one per (topic, signal_id).
 */
export const sealStepSchema = z.object({
  step: z.int().positive(),
  /** T: epoch milliseconds, never decreasing along the chain. */
  closed_through: z.int().nonnegative(),
  /** V: never decreasing, element by element. */
  vector: z.array(topicVectorSchema),
  attempt_id: z.uuid(),
  /** Hex; over the per-window counts and checksums of the attempt. */
  digest: z.string(),
  totals: z.object({
    sealed: z.int().nonnegative(),
    duplicates: z.int().nonnegative(),
    /** Sealed rows in windows that an earlier step had closed. */
    late: z.int().nonnegative(),
    quarantined: z.int().nonnegative(),
    skipped: z.int().nonnegative(),
    /** Windows with at least one sealed or duplicate row. */
    windows: z.int().nonnegative(),
    /** Offsets of V_n - V_{n-1}. */
    offsets: z.int().nonnegative(),
  }),
  /** Epoch milliseconds of the first and last window touched; null for an empty step. */
  first_window: z.int().nullable(),
  last_window: z.int().nullable(),
  /** One of SEAL_REASONS, or what another version writes. */
  reason: z.string(),
  window: z.object({
    size_ms: z.int().positive(),
    grace_ms: z.int().nonnegative(),
    /** A window that ended longer ago than this is final. */
    horizon_ms: z.int().positive().optional(),
  }),
  /** Only of a rebuild: the rows of earlier steps in windows that start in [from, to) are replaced by this step's. */
  rebuild: z.object({ from: z.int().nonnegative(), to: z.int().positive() }).optional(),
  /**
   * The verdicts of the step: which offsets between the two vectors hold no signal. `runs` as the service encodes them. Whatever
   * is landed later does not change them. Steps from before they were recorded have none.
   */
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
  /** Version of the rules that verdicts were made by; absent: 1, from before it was recorded. */
  rules: z.int().positive().optional(),
  /** Version of the normal forms of e-mails and domains that rows were sealed with; absent: 1, from before it was recorded. */
  normal_forms: z.int().positive().optional(),
  /** Version of the set of fields that rows were sealed with; absent: 1, from before it was recorded. */
  signal_fields: z.int().positive().optional(),
  settings_hash: z.string(),
  code_version: z.string(),
  /** Partitions that could not move at a deadline. */
  incomplete: z.array(
    z.object({ topic: z.string(), partition: z.int().nonnegative(), position: z.int().nonnegative() }),
  ),
  sealed_at: z.int().nonnegative(),
  /** How long the attempt took, from the proof of completeness to its digest; absent: not recorded yet. */
  seal_ms: z.int().nonnegative().optional(),
});
/** A step as it is read. */
export type SealStep = z.infer<typeof sealStepSchema>;
/** A step as it is written. */
export type NewSealStep = SealStep & { readonly reason: SealReason };

/** The step that a record of the log says. Throws a ZodError for content that is not a step. */
export const readSealStep = (content: unknown): SealStep => sealStepSchema.parse(content);

/** The offset of a partition in a vector; 0 where the vector does not know the partition yet. */
export function offsetIn(vector: readonly TopicVector[], topic: string, topicEpoch: number, partition: number): number {
  const entry = vector.find((candidate) => candidate.topic === topic && candidate.topic_epoch === topicEpoch);
  return entry?.offsets[partition] ?? 0;
}

/** True when `next` is at or above `previous` in every partition. */
export function isAtOrAbove(next: readonly TopicVector[], previous: readonly TopicVector[]): boolean {
  return previous.every((entry) =>
    entry.offsets.every((offset, partition) => offsetIn(next, entry.topic, entry.topic_epoch, partition) >= offset),
  );
}

/** Element by element maximum, sorted by topic and epoch. */
export function maxVector(left: readonly TopicVector[], right: readonly TopicVector[]): TopicVector[] {
  const merged = new Map<string, TopicVector>();
  for (const entry of [...left, ...right]) {
    const key = `${entry.topic}\n${entry.topic_epoch}`;
    const known = merged.get(key)?.offsets ?? [];
    const length = Math.max(known.length, entry.offsets.length);
    const offsets = Array.from({ length }, (_, p) => Math.max(known[p] ?? 0, entry.offsets[p] ?? 0));
    merged.set(key, { topic: entry.topic, topic_epoch: entry.topic_epoch, offsets });
  }
  return [...merged.values()].sort((a, b) => compare(a.topic, b.topic) || a.topic_epoch - b.topic_epoch);
}

/** Offsets between two vectors of the chain. */
export function countOffsets(previous: readonly TopicVector[], next: readonly TopicVector[]): number {
  let count = 0;
  for (const entry of next) {
    entry.offsets.forEach((offset, partition) => {
      count += offset - offsetIn(previous, entry.topic, entry.topic_epoch, partition);
    });
  }
  return count;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
