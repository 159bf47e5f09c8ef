import { accountType, entityTopics, personType, type Account, type Person } from '@millrace/contract-signal';
import {
  committedOffsets,
  createBatchConsumer,
  logBounds,
  type BatchConsumer,
  type RecordBatchView,
  type RecordDecoder,
} from '@millrace/platform-kafka';

import type { Connections } from '../connections/connections';
import { landedEntities, unreadableEntities } from '../scoring.metrics';
import { accountRow, personRow, tombstoneRow } from './entity-rows';

interface EntityKind {
  readonly name: 'people' | 'accounts';
  readonly table: string;
  readonly idColumn: 'person_id' | 'account_id';
  readonly decode: (value: Buffer | null) => Promise<{ row: object } | { reason: string; detail: string }>;
}

export const entityGroup = (prefix: string): string => `${prefix}scoring`;

/** Lands entities.people.v1 and entities.accounts.v1; an offset is committed once ClickHouse has what is below it. */
export function createEntityLander(connections: Connections): BatchConsumer {
  const { config, kafka, clickhouse, codec, log } = connections;
  const topics = entityTopics(config.TOPIC_PREFIX);
  const reader = <T>(decoder: RecordDecoder<T>, toRow: (value: T) => object): EntityKind['decode'] => {
    return async (value) => {
      const decoded = await decoder(value);
      return decoded.ok ? { row: toRow(decoded.value) } : { reason: decoded.reason, detail: decoded.detail };
    };
  };
  const kinds: Readonly<Record<string, EntityKind>> = {
    [topics.people.name]: {
      name: 'people',
      table: 'people_versions',
      idColumn: 'person_id',
      decode: reader(codec.decoder<Person>(personType), personRow),
    },
    [topics.accounts.name]: {
      name: 'accounts',
      table: 'accounts_versions',
      idColumn: 'account_id',
      decode: reader(codec.decoder<Account>(accountType), accountRow),
    },
  };

  const land = async (kind: EntityKind, batch: RecordBatchView): Promise<void> => {
    const rows: object[] = [];
    for (const { key, value, offset, timestamp } of batch.records()) {
      if (value === null) {
        if (key !== null) rows.push(tombstoneRow(kind.idColumn, key.toString('utf8'), timestamp));
        continue;
      }
      const decoded = await kind.decode(value);
      if ('row' in decoded) rows.push(decoded.row);
      else {
        unreadableEntities.inc({ kind: kind.name, reason: decoded.reason });
        log.warn({ topic: batch.topic, partition: batch.partition, offset: String(offset), ...decoded }, 'no entity');
      }
    }
    await clickhouse.insertRows(kind.table, rows);
    landedEntities.inc({ kind: kind.name }, rows.length);
  };

  return createBatchConsumer({
    kafka,
    log,
    groupId: entityGroup(config.TOPIC_PREFIX),
    topics: Object.keys(kinds),
    onBatch: async (batch, context) => {
      const kind = kinds[batch.topic];
      if (kind !== undefined) await land(kind, batch);
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
