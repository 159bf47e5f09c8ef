import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@millrace/platform-errors';
import { ConfigResourceTypes, type Admin } from 'kafkajs';
import { withAdmin, type AdminSource } from '../admin/with-admin';
import { brokerErrorType } from '../client/kafka-error';
import { silentLog, type KafkaLog } from '../client/kafka-log';
import { diffTopic } from './diff-topic';
import { readTopics } from './read-topics';
import type { TopicFacts, TopicSpec } from './topic-spec';

export interface TopicChange {
  readonly topic: string;
  readonly action: 'created' | 'altered' | 'partitions added' | 'unchanged';
  /** Setting or `partitions`, from what, to what. */
  readonly changes: readonly string[];
}

const LEADERS_DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Brings topics to what they should be: creates, alters settings, adds partitions. Never removes anything, never
 * changes a replication factor (that is a reassignment, an operator's work). Safe to repeat and to run in parallel.
 */
export async function ensureTopics(
  source: AdminSource,
  specs: readonly TopicSpec[],
  { log = silentLog }: { readonly log?: KafkaLog } = {},
): Promise<TopicChange[]> {
  return withAdmin(source, 'Ensuring topics failed', async (admin) => {
    const actual = await readTopics(
      admin,
      specs.map((spec) => spec.name),
    );
    const changes: TopicChange[] = [];
    for (const spec of specs) {
      const facts = actual.get(spec.name);
      const done = facts === undefined ? await create(admin, spec) : await amend(admin, spec, facts);
      changes.push(...done);
    }
    for (const change of changes) {
      if (change.action !== 'unchanged') log.info({ ...change }, `topic ${change.topic} ${change.action}`);
    }
    return changes;
  });
}

async function create(admin: Admin, spec: TopicSpec): Promise<TopicChange[]> {
  let isNew: boolean;
  try {
    isNew = await admin.createTopics({
      // kafkajs' own waiting fails when a busy broker does not show the new topic at once.
      waitForLeaders: false,
      topics: [
        {
          topic: spec.name,
          numPartitions: spec.partitions,
          replicationFactor: spec.replicationFactor,
          configEntries: Object.entries(spec.config).map(([name, value]) => ({ name, value })),
        },
      ],
    });
  } catch (error) {
    throw refused(error, spec);
  }
  await waitForLeaders(admin, spec.name);
  if (isNew) return [{ topic: spec.name, action: 'created', changes: [`partitions = ${spec.partitions}`] }];
  const facts = (await readTopics(admin, [spec.name])).get(spec.name);
  return facts === undefined ? [] : amend(admin, spec, facts);
}

/** Until every partition of a topic that was just created has a leader; throws the broker's last answer after the deadline. */
async function waitForLeaders(admin: Admin, topic: string): Promise<void> {
  const deadline = performance.now() + LEADERS_DEADLINE_MS;
  for (;;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      if (topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      const type = brokerErrorType(error);
      const isPassing = type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE';
      if (!isPassing || performance.now() > deadline) throw error;
    }
    if (performance.now() > deadline) return;
    await sleep(LOOK_EVERY_MS);
  }
}

async function amend(admin: Admin, spec: TopicSpec, facts: TopicFacts): Promise<TopicChange[]> {
  const changes: TopicChange[] = [];
  const differences = diffTopic(spec, facts);
  const settings = differences.filter(({ what }) => what !== 'partitions' && what !== 'replicationFactor');
  if (settings.length > 0) {
    // The broker's AlterConfigs replaces all settings of the topic, so those an operator made are sent along.
    const all = { ...facts.overrides, ...spec.config };
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: spec.name,
          configEntries: Object.entries(all).map(([name, value]) => ({ name, value })),
        },
      ],
    });
    changes.push({
      topic: spec.name,
      action: 'altered',
      changes: settings.map(({ what, actual, wanted }) => `${what}: ${actual} -> ${wanted}`),
    });
  }
  if (facts.partitions < spec.partitions) {
    await addPartitions(admin, spec);
    changes.push({
      topic: spec.name,
      action: 'partitions added',
      changes: [`partitions: ${facts.partitions} -> ${spec.partitions}`],
    });
  }
  return changes.length > 0 ? changes : [{ topic: spec.name, action: 'unchanged', changes: [] }];
}

async function addPartitions(admin: Admin, spec: TopicSpec): Promise<void> {
  try {
    await admin.createPartitions({ topicPartitions: [{ topic: spec.name, count: spec.partitions }] });
  } catch (error) {
    // Somebody else added them first.
    const now = (await readTopics(admin, [spec.name])).get(spec.name);
    if (now === undefined || now.partitions < spec.partitions) throw error;
  }
}

function refused(error: unknown, spec: TopicSpec): unknown {
  const first = error instanceof AggregateError || hasErrors(error) ? error.errors[0] : error;
  const type = brokerErrorType(first);
  if (type === undefined || !type.startsWith('INVALID_')) return first;
  return new ConfigError(`The broker refuses topic ${spec.name}: ${String((first as Error).message)}`, {
    code: 'TOPIC_MISCONFIGURED',
    cause: error,
    details: { topic: spec.name, type, replicationFactor: spec.replicationFactor, partitions: spec.partitions },
    advice: 'Check partitions, replication factor and settings against the number of brokers',
  });
}

function hasErrors(error: unknown): error is { errors: unknown[] } {
  return error instanceof Error && Array.isArray((error as { errors?: unknown }).errors);
}
