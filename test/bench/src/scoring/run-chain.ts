import { randomUUID } from 'node:crypto';

import { findModel, parseModelSettings, type Query, type Score } from '@millrace/catalog-models';
import { createClickHouse, loadSql } from '@millrace/platform-clickhouse';
import { openStack } from '@millrace/platform-testing';

import { millrace } from '../river/millrace-command';

export interface ChainResult {
  readonly paths: number;
  /** From the first query to the last row, Markov and Shapley. */
  readonly seconds: number;
  /** Of this process. */
  readonly cpuSeconds: number;
  readonly rows: number;
}

const RUN = { asOfDate: '2026-11-01', zone: 'UTC' };

/** Markov and Shapley alone, over paths that lie in ClickHouse one by one. */
export async function runChain(paths: number): Promise<ChainResult> {
  const stack = await openStack();
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database, timeoutMs: 900_000 });
  try {
    await millrace(['deploy'], { ...stack.environment, LOG_LEVEL: 'warn' });
    const attempt = { attempt_id: randomUUID() };
    await clickhouse.command(loadSql(__dirname, 'sql/paths.sql'), { ...attempt, paths });
    const model = findModel('attribution') as Score;
    const { settings } = parseModelSettings(model, {}, 'defaults');
    const query: Query = (sql, params = {}) => clickhouse.stream(loadSql(model.folder, sql), { ...attempt, ...params });
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    let rows = 0;
    for (const step of model.score) {
      if (!('rows' in step)) continue;
      for await (const _row of step.rows(settings, RUN, query)) rows += 1;
    }
    const { user, system } = process.cpuUsage(cpu);
    return { paths, rows, seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6 };
  } finally {
    await clickhouse.close();
    await stack.cleanup();
  }
}
