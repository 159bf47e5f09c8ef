import { createHash } from 'node:crypto';

import { sourceOfTopic } from '../topics';
import type { TopicRules } from './verdict';

/**
 * The version of the rules, recorded by every seal step. 1: units of time were not read from the schema and `received_at` was
 * not judged. 2: both are. Steps of older rules are made again by those.
 */
export const RULES_VERSION = 2;

/** Everything besides a record's bytes and append time that a verdict depends on. */
export interface VerdictSettings {
  /** How far `occurred_at` and `received_at` may lie ahead of the record's append time, in milliseconds. */
  readonly futureSlackMs: number;
  /** How far `occurred_at` may lie behind the record's append time, in milliseconds. */
  readonly horizonMs: number;
  /** Sources whose topics carry history and have no horizon. */
  readonly importSources: readonly string[];
}

/** Hex, 16 characters; recorded by every seal step. */
export function hashVerdictSettings(settings: VerdictSettings): string {
  const canonical = JSON.stringify([
    RULES_VERSION,
    settings.futureSlackMs,
    settings.horizonMs,
    [...settings.importSources].sort(),
  ]);
  return createHash('sha256').update(canonical).digest('hex').slice(0, 16);
}

/** The rules of each topic under these settings. */
export function topicRules(settings: VerdictSettings, prefix: string, version: number = RULES_VERSION) {
  const imports = new Set(settings.importSources);
  return (topic: string): TopicRules => ({
    futureSlackMs: settings.futureSlackMs,
    horizonMs: imports.has(sourceOfTopic(topic, prefix) ?? '') ? Infinity : settings.horizonMs,
    isReceiptJudged: version >= 2,
  });
}
