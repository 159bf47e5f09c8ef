import {
  accountType,
  entityTopics,
  nameOfRecord,
  namesOfTombstone,
  personType,
  type Account,
  type EntityRecord,
  type Person,
} from '@millrace/contract-signal';
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
import { accountsTable, peopleTable, type LandedRecord } from './entity-rows';

/** What is told apart of people and accounts. */
interface EntityKind<Entity> {
  readonly kind: string;
  readonly decoder: RecordDecoder<Entity>;
  readonly idOf: (entity: Entity) => string;
}

/** Lands one batch of one topic. */
type Land = (batch: RecordBatchView, context: BatchContext) => Promise<void>;

/** The number is raised when rows come out otherwise than before: what is in the log is landed once more. 3: see ADR 0028. */
export const entityGroup = (prefix: string): string => `${prefix}scoring-3`;

/** Lands every record of entities.people.v1 and entities.accounts.v1; an offset is committed once ClickHouse has what is below it. */
export function createEntityLander(connections: Connections): BatchConsumer {
  const { config, kafka, clickhouse, registry, log } = connections;
  const topics = entityTopics(config.TOPIC_PREFIX);
  const settingAside = new SettingAside({ clickhouse, service: 'scoring', log });

  const landing =
    <Entity extends EntityRecord>(
      { kind, decoder, idOf }: EntityKind<Entity>,
      table: RecordTable<LandedRecord<Entity>>,
    ): Land =>
    async (batch, context) => {
      const landed: LandedRecord<Entity>[] = [];
      const origins: Origin[] = [];
      const { topic, partition } = batch;
      for (const { key, value, offset, timestamp: appendedAt } of batch.records()) {
        const place = { partition, offset: Number(offset), appendedAt };
        const add = (record: LandedRecord<Entity>): void => {
          landed.push(record);
          origins.push({ topic, partition, offset });
        };
        if (value === null) {
          const names = key === null ? [] : namesOfTombstone(String(key));
          for (const name of names) add({ ...place, name, entity: null });
          continue;
        }
        const decoded = await decoder(value);
        if (decoded.ok) {
          const { value: entity } = decoded;
          const name = nameOfRecord(String(key ?? ''), { instance: entity.instance, id: idOf(entity) });
          add({ ...place, name, entity });
        } else {
          const { reason, detail } = decoded;
          unreadableEntities.inc({ kind, reason });
          log.warn({ topic, partition, offset: String(offset), reason, detail }, 'no entity');
        }
      }
      const heartbeat = (): Promise<void> => context.heartbeat();
      const { stored } = await settingAside.insert(table, landed, { origins, heartbeat });
      landedEntities.inc({ kind }, stored);
    };

  const people: EntityKind<Person> = {
    kind: 'people',
    decoder: registry.decoder<Person>(personType),
    idOf: ({ person_id }) => person_id,
  };
  const accounts: EntityKind<Account> = {
    kind: 'accounts',
    decoder: registry.decoder<Account>(accountType),
    idOf: ({ account_id }) => account_id,
  };
  const kinds: Readonly<Record<string, Land>> = {
    [topics.people.name]: landing(people, peopleTable),
    [topics.accounts.name]: landing(accounts, accountsTable),
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
