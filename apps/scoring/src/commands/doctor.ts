import { SEALED_VIEWS, sealedTopic } from '@millrace/contract-window';
import { examineSetAside } from '@millrace/platform-clickhouse';
import { examinePlace, fine, instant, type Finding } from '@millrace/platform-commands';
import { describeTopics, silentLog, topicProblems } from '@millrace/platform-kafka';

import type { ScoringConfig } from '../app.config';
import { closeConnections, createConnections, type Connections } from '../connections/connections';
import { topicsOf } from '../deployment';
import { entityLag } from '../entities/entity-lander';
import { createEngine } from '../runs/engine';

const READ_TABLES = [...Object.values(SEALED_VIEWS), 'rollup_builds', 'score_rows', 'people', 'accounts'];

/** What scoring needs, one by one; changes nothing. */
export async function examine(config: ScoringConfig): Promise<readonly Finding[]> {
  const connections = createConnections(config, silentLog);
  const findings: Finding[] = [];
  const add = async (check: string, advice: string, look: () => Promise<string>): Promise<void> => {
    findings.push(await examinePlace(check, async () => fine(await look()), advice));
  };
  try {
    await add('models and their settings', 'Correct the files in MODELS_CONFIG_DIR', async () => {
      const { jobs, zone } = createEngine(connections);
      const nexts = jobs.map(({ name, ticker }) => {
        const next = ticker.next(Date.now());
        return `${name} next at ${next === null ? 'never' : instant(next)}`;
      });
      return `${nexts.join(', ')} (${zone})`;
    });
    await add('Kafka topics', 'Run `npx millrace deploy`', () => lookAtTopics(connections));
    await add('ClickHouse', 'Check CLICKHOUSE_URL; locally: npm start', async () => {
      await connections.clickhouse.ping();
      return `${config.CLICKHOUSE_URL} answers`;
    });
    await add('ClickHouse tables', 'Run `npx millrace deploy`', () => lookAtTables(connections));
    await add('people and accounts', 'Start the scoring service: it lands them', async () => {
      const lag = await entityLag(connections);
      return `${lag} records not landed yet`;
    });
    findings.push(await examineSetAside(connections.clickhouse, 'scoring'));
  } finally {
    await closeConnections(connections);
  }
  return findings;
}

async function lookAtTopics({ config, kafka }: Connections): Promise<string> {
  const sealed = sealedTopic(config.TOPIC_PREFIX);
  const specs = [...topicsOf(config), { ...sealed, replicationFactor: config.TOPIC_REPLICATION_FACTOR }];
  const reports = await describeTopics(kafka, specs);
  const problems = topicProblems(reports);
  if (problems !== '') throw new Error(problems);
  return `${reports.length} topics are as they should be`;
}

async function lookAtTables({ clickhouse }: Connections): Promise<string> {
  const rows = await clickhouse.query<{ name: string }>(
    'select name from system.tables where database = currentDatabase() and name in {names: Array(String)}',
    { names: READ_TABLES },
  );
  const missing = READ_TABLES.filter((name) => !rows.some((row) => row.name === name));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  return `${rows.length} tables and views are there`;
}
