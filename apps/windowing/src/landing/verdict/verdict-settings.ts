import { createHash } from 'node:crypto';

/** Raised when the rules themselves change, so that a seal step says by which rules its verdicts were made. */
const RULES_VERSION = 1;

/** Everything besides a record's bytes and append time that a verdict depends on. */
export interface VerdictSettings {
  /** How far `occurred_at` may lie ahead of the record's append time, in milliseconds. */
  readonly futureSlackMs: number;
  /** How far `occurred_at` may lie behind the record's append time, in milliseconds. */
  readonly horizonMs: number;
  /** Sources whose topics carry history and have no horizon. */
  readonly importSources: readonly string[];
}

/** Hex, 16 characters; recorded by every seal step. */
export function hashSettings(settings: VerdictSettings): string {
  const canonical = JSON.stringify([
    RULES_VERSION,
    settings.futureSlackMs,
    settings.horizonMs,
    [...settings.importSources].sort(),
  ]);
  return createHash('sha256').update(canonical).digest('hex').slice(0, 16);
}
