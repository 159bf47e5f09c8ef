import { join } from 'node:path';

import { sealedTopic } from '@millrace/contract-window';
import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { decisionTopic, ensureTopics, withAdmin } from '@millrace/platform-kafka';
import { waitFor, type Stack } from '@millrace/platform-testing';

import { listeningPid } from '../processes/listening-pid';
import type { Pids } from '../processes/usage-span';

/** A database of its own and an empty chain of steps over the topics of a stack: contestants read the same backlog. */
export interface Workplace {
  readonly stack: Stack;
  readonly clickhouse: ClickHouse;
  readonly environment: Readonly<Record<string, string>>;
  /** The processes that work beside windowing. */
  readonly pids: Pids;
  close(): Promise<void>;
}

const MIGRATIONS = join(__dirname, '../../../../apps/windowing/src/migrations');

export async function openWorkplace(stack: Stack, name: string): Promise<Workplace> {
  const database = `${stack.database}_${name}`;
  const administrator = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await administrator.command(`drop database if exists ${database}`);
  await administrator.command(`create database ${database}`);
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database });
  await runMigrations({ clickhouse, service: 'windowing', directory: MIGRATIONS });
  await emptyChain(stack);
  return {
    stack,
    clickhouse,
    environment: { ...stack.environment, CLICKHOUSE_DATABASE: database, LOG_LEVEL: 'warn' },
    pids: stackPids(stack),
    close: async () => {
      await clickhouse.close();
      await administrator.command(`drop database if exists ${database}`);
      await administrator.close();
    },
  };
}

/** The broker and ClickHouse, found by the ports they listen on. */
export function stackPids({ clickhouseUrl, kafkaBrokers }: Stack): Pids {
  return {
    clickhouse: listeningPid(Number(new URL(clickhouseUrl).port)),
    kafka: listeningPid(Number(kafkaBrokers[0]?.split(':')[1])),
  };
}

async function emptyChain(stack: Stack): Promise<void> {
  const { name } = sealedTopic(stack.topicPrefix);
  await withAdmin(stack.kafka, 'empty the chain', async (admin) => {
    const isThere = async (): Promise<boolean> => (await admin.listTopics()).includes(name);
    if (!(await isThere())) return;
    await admin.deleteTopics({ topics: [name] });
    await waitFor('the old chain to be gone', async () => !(await isThere()), { deadlineMs: 30_000 });
  });
  await ensureTopics(stack.kafka, [decisionTopic(name, { replicationFactor: 1 })]);
}
