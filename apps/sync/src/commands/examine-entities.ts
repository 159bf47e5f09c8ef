import { fine, wrong, type Look } from '@millrace/platform-commands';
import { entityTopics } from '@millrace/contract-signal';
import {
  createBatchConsumer,
  forgetPrivateGroup,
  listTopics,
  privateGroup,
  type KafkaClient,
} from '@millrace/platform-kafka';

import { entitiesGroup } from '../entities/entities-view';

const LONGEST_MS = 8_000;
/** A right to read that is missing is told by the first fetch. */
const FIRST_FETCH_MS = 500;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether sync may read people and accounts as it does: without them it sends nothing. */
export async function examineEntities(kafka: KafkaClient, topicPrefix: string): Promise<Look> {
  const topics = Object.values(entityTopics(topicPrefix)).map(({ name }) => name);
  const existing = await listTopics(kafka, topicPrefix);
  const missing = topics.filter((topic) => !existing.includes(topic));
  if (missing.length > 0) {
    return wrong(`${missing.join(', ')} is missing or hidden from this user`, 'Run `npx millrace deploy`, check ACLs');
  }
  const groupId = privateGroup(entitiesGroup(topicPrefix), 'doctor');
  const reader = createBatchConsumer({
    kafka,
    groupId,
    topics,
    discoveryIntervalMs: 0,
    onBatch: () => Promise.resolve(),
  });
  void reader.start();
  try {
    for (let waited = 0; waited < LONGEST_MS && !reader.isJoined() && reader.problem() === undefined; waited += 50) {
      await sleep(50);
    }
    if (reader.isJoined()) await sleep(FIRST_FETCH_MS);
    const problem = reader.problem();
    if (problem !== undefined) return wrong(problem.message, problem.advice ?? 'See the log of sync');
    if (!reader.isJoined()) return wrong(`the group is not joined after ${LONGEST_MS / 1000} s`, 'Check the brokers');
    return fine(`${topics.join(', ')} can be read`);
  } finally {
    await reader.stop();
    await forgetPrivateGroup(kafka, groupId);
  }
}
