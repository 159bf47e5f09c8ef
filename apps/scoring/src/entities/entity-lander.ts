import { accountType, entityTopics, personType, type Account, type Person } from '@millrace/contract-signal';
import { SettingAside, type Origin, type RecordTable } from '@millrace/platform-clickhouse';
import {
  committedOffsets,
  createBatchConsumer,
  logBounds,
  type BatchConsumer,
  type BatchContext,
  type RecordBatchView,
  type RecordDecoder,
} from '@millrace/platform-kafka';

import type { Connections } from '../connections/connections';
import { landedEntities, unreadableEntities } from '../metrics';
import { accountsTable, peopleTable, type Tombstone } from './entity-rows';

/** Lands one batch of one topic. */
type Land = (batch: RecordBatchView, context: BatchContext) => Promise<void>;

/** The number is raised when rows come out otherwise than before: what is in the log is landed once more. 2: see ADR 0022. */
export const entityGroup = (prefix: string): string => `${prefix}scoring-2`;

/** Lands entities.people.v1 and entities.accounts.v1; an offset is committed once ClickHouse has what is below it. */
export function createEntityLander(connections: Connections): BatchConsumer {
  const { config, kafka, clickhouse, registry, log } = connections;
  const topics = entityTopics(config.TOPIC_PREFIX);
  const settingAside = new SettingAside({ clickhouse, service: 'scoring', log });

  const landing =
    <Entity>(kind: string, decoder: RecordDecoder<Entity>, table: RecordTable<Entity | Tombstone>): Land =>
    async (batch, context) => {
      const entities: (Entity | Tombstone)[] = [];
      const origins: Origin[] = [];
      const { topic, partition } = batch;
      for (const { key, value, offset, timestamp } of batch.records()) {
        if (value === null && key === null) continue;
        const entity = value === null ? null : await decoder(value);
        if (entity === null) entities.push({ deleted: String(key), appendedAt: timestamp });
        else if (entity.ok) entities.push(entity.value);
        else {
          const { reason, detail } = entity;
          unreadableEntities.inc({ kind, reason });
          log.warn({ topic, partition, offset: String(offset), reason, detail }, 'no entity');
          continue;
        }
        origins.push({ topic, partition, offset });
      }
      const heartbeat = (): Promise<void> => context.heartbeat();
      const { stored } = await settingAside.insert(table, entities, { origins, heartbeat });
      landedEntities.inc({ kind }, stored);
    };

  const kinds: Readonly<Record<string, Land>> = {
    [topics.people.name]: landing('people', registry.decoder<Person>(personType), peopleTable),
    [topics.accounts.name]: landing('accounts', registry.decoder<Account>(accountType), accountsTable),
  };

  return createBatchConsumer({
    kafka,
    log,
    groupId: entityGroup(config.TOPIC_PREFIX),
    topics: Object.keys(kinds),
    onBatch: async (batch, context) => {
      await kinds[batch.topic]?.(batch, context);
      await context.commit();
    },
    hooks: {
      onHandlerError: (error, where, retryInMs) =>
        log.error({ err: error, ...where, retryInMs }, 'landing entities failed'),
    },
  });
}

/** Entities in Kafka that are not landed yet. */
export async function entityLag({ config, kafka }: Connections): Promise<number> {
  const names = Object.values(entityTopics(config.TOPIC_PREFIX)).map((topic) => topic.name);
  const committed = await committedOffsets(kafka, entityGroup(config.TOPIC_PREFIX), names);
  let lag = 0n;
  for (const name of names) {
    const { starts, ends } = await logBounds(kafka, name);
    for (const [partition, end] of ends) {
      const from = committed.get(name)?.get(partition) ?? starts.get(partition) ?? 0n;
      if (end > from) lag += end - from;
    }
  }
  return Number(lag);
}
