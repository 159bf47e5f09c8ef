import { ConfigError, ContractError, MillraceError } from '@millrace/platform-errors';
import type { LogBounds } from '../admin/log-offsets';
import type { TopicFacts } from '../topics/topic-spec';
import type { Winner } from './entry';

/** Refuses a topic on which the first record for a key could vanish or differ between readers. */
export function assertDecisionTopic(topic: string, facts: TopicFacts | undefined): void {
  const advice = 'Run `npx millrace deploy`; if it was there before, look at what changed the topic';
  if (facts === undefined) {
    throw new ConfigError(`Decision log ${topic} does not exist`, {
      code: 'TOPIC_MISSING',
      details: { topic },
      advice,
    });
  }
  const problems: string[] = [];
  if (facts.partitions !== 1) problems.push(`it has ${facts.partitions} partitions instead of one`);
  if (facts.config['cleanup.policy'] !== 'delete')
    problems.push(`its cleanup.policy is ${facts.config['cleanup.policy']}`);
  for (const setting of ['retention.ms', 'retention.bytes']) {
    if (facts.config[setting] !== '-1') problems.push(`its ${setting} is ${facts.config[setting]} instead of -1`);
  }
  if (problems.length === 0) return;
  throw new ConfigError(`Topic ${topic} cannot hold decisions: ${problems.join(', ')}`, {
    code: 'TOPIC_MISCONFIGURED',
    details: { topic },
    advice,
  });
}

/** Refuses to go on from `position` when the log no longer holds what is before it, or is a different log. */
export function assertLogContinues(topic: string, position: bigint, bounds: LogBounds): void {
  const start = bounds.starts.get(0) ?? 0n;
  const end = bounds.ends.get(0) ?? 0n;
  if (start <= position && position <= end) return;
  const what = start > position ? `records ${position} to ${start - 1n} are gone` : `it ends at ${end}`;
  throw brokenLog(topic, `this reader is at ${position}, but ${what}`, { position, start, end });
}

export function brokenLog(topic: string, what: string, details: Record<string, unknown>): MillraceError {
  return new MillraceError(`Decision log ${topic} is not the log it was: ${what}`, {
    code: 'DECISION_LOG_BROKEN',
    actor: 'operator',
    details: { topic, ...details },
    advice: 'Nothing is decided until an operator has found out whether the topic was deleted, re-created or truncated',
  });
}

/** For a winner whose content is not what its kind says, as far as this version knows. */
export function unreadable(topic: string, { key, offset }: Winner, cause: unknown): ContractError {
  return new ContractError(`This version cannot read ${key} at offset ${offset} of ${topic}`, {
    actor: 'operator',
    cause,
    details: { topic, offset: String(offset), key },
    advice: 'Deploy the version that wrote it; docs/runbooks/record-unreadable.md has the rest',
  });
}
