import { sealedTopic, sealStepSchema, type SealStep } from '@millrace/contract-window';
import type { KafkaClient } from '@millrace/platform-kafka';

import { readLog } from './read-log';

/** A step that won, and since when windows are closed. */
export interface ChainStep {
  readonly step: SealStep;
  readonly offset: number;
  /** Windows that start before this instant are closed. */
  readonly closedBefore: number;
}

export interface ChainLog {
  /** The first record of each number, in the order of the log. */
  readonly winners: readonly ChainStep[];
  readonly losers: readonly SealStep[];
  readonly problems: readonly string[];
}

/** The chain as the topic says, read without any code of the service: the first record for a number wins. */
export async function readChain(kafka: KafkaClient, topicPrefix: string): Promise<ChainLog> {
  const { records } = await readLog(kafka, [sealedTopic(topicPrefix).name]);
  const winners: ChainStep[] = [];
  const losers: SealStep[] = [];
  const problems: string[] = [];
  const decided = new Set<number>();
  let closedBefore = 0;
  for (const { offset, key, value } of records) {
    const parsed = sealStepSchema.safeParse(JSON.parse(value?.toString() ?? 'null'));
    if (!parsed.success) {
      problems.push(`offset ${offset} is no seal step: ${parsed.error.message}`);
      continue;
    }
    const step = parsed.data;
    if (key !== String(step.step)) problems.push(`offset ${offset} has key ${key} for step ${step.step}`);
    if (decided.has(step.step)) {
      losers.push(step);
      continue;
    }
    decided.add(step.step);
    const { size_ms: size, grace_ms: grace } = step.window;
    closedBefore = Math.max(closedBefore, Math.floor((step.closed_through - grace) / size) * size);
    winners.push({ step, offset, closedBefore });
  }
  return { winners, losers, problems };
}
