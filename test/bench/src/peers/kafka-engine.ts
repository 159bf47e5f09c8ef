import { randomUUID } from 'node:crypto';

import { createClickHouse, loadSql } from '@millrace/platform-clickhouse';
import { waitFor, type Stack } from '@millrace/platform-testing';

import { untilCount } from '../processes/until-count';
import { measureUsage, type Usage } from '../processes/usage-span';
import { stackPids } from '../windowing/workplace';

export interface KafkaEngineSettings {
  readonly consumers: number;
  /** Rows of a block at most; a block is one insert. */
  readonly blockRows: number;
}

/** The best of those tried on two cores: see docs/benchmarks.md. */
export const KAFKA_ENGINE: KafkaEngineSettings = { consumers: 2, blockRows: 200_000 };

/**
 * ClickHouse's own Kafka engine: a Kafka table and a materialised view into a MergeTree table of the columns of signals_raw, in the
 * same server that windowing lands into; consuming happens in its own background threads. From the view's first assignment until the last row is readable.
 */
export async function landWithKafkaEngine(
  stack: Stack,
  topic: string,
  signals: number,
  { consumers, blockRows }: KafkaEngineSettings,
): Promise<Usage> {
  const database = `${stack.database}_engine`;
  const administrator = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await administrator.command(`drop database if exists ${database} sync`);
  await administrator.command(`create database ${database}`);
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database });
  try {
    await clickhouse.command(loadSql(__dirname, 'sql/create-landed.sql'));
    await clickhouse.command(
      fill(loadSql(__dirname, 'sql/create-queue.sql'), {
        brokers: stack.kafkaBrokers.join(','),
        topic,
        // Each run has a group of its own: the engine leaves one late, and a consumer left behind would keep partitions.
        group: `${topic}.kafka-engine-${randomUUID()}`,
        registry: stack.schemaRegistryUrl,
        consumers,
        thread_per_consumer: consumers > 1 ? 1 : 0,
        block_rows: blockRows,
      }),
    );
    await clickhouse.command(loadSql(__dirname, 'sql/create-view.sql'));
    const look = async (sql: string): Promise<number> =>
      (await clickhouse.queryOne<{ found: number }>(sql, { database }))?.found ?? 0;
    await waitFor('the engine to have partitions', () =>
      look(
        'select toUInt32(sum(length(assignments.topic))) as found from system.kafka_consumers ' +
          'where database = {database: String}',
      ),
    );
    const used = measureUsage(stackPids(stack));
    await untilCount('the engine to have landed everything', signals, () =>
      look('select toUInt64(count()) as found from landed'),
    );
    return used();
  } finally {
    await clickhouse.close();
    await administrator.command(`drop database if exists ${database} sync`);
    await administrator.close();
  }
}

/** A Kafka table's settings cannot be bound as parameters. */
function fill(sql: string, values: Readonly<Record<string, string | number>>): string {
  return sql.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => String(values[name]));
}
