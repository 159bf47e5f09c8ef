import { randomUUID } from 'node:crypto';

import { hashOf, MODELS, parseModelSettings } from '@millrace/catalog-models';
import { createClickHouse, loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { openStack, type Stack } from '@millrace/platform-testing';

import { familyCpuSeconds } from '../processes/process-usage';
import { measureUsage } from '../processes/usage-span';
import { millrace } from '../river/millrace-command';
import { stackPids } from '../windowing/workplace';
import { publishStep } from './publish-step';

export interface ScoringResult {
  readonly people: number;
  readonly model: string;
  /** Of the whole command, the start of its process included. */
  readonly seconds: number;
  /** Milliseconds of each part of the run. */
  readonly timings: Readonly<Record<string, number>>;
  /** Of ClickHouse. */
  readonly cpuSeconds: number;
  /** Of ClickHouse and of the command. */
  readonly allCpuSeconds: number;
  readonly peakMegabytes: number;
}

/** Where the runs of one size were made, as long as it is there. */
export interface Scored {
  readonly stack: Stack;
  readonly clickhouse: ClickHouse;
  readonly people: number;
  /** Local date of the runs. */
  readonly asOfDate: string;
  readonly runIds: Readonly<Record<string, string>>;
}

const ZONE = 'America/New_York';
const AS_OF_DATE = '2026-11-23';
const AS_OF = '2026-11-23T02:00:00-05:00';
const EDGE_DAYS = 400;
const ROLLUPS = MODELS.filter(({ kind }) => kind === 'rollup');

/** Models to run in turn, and the files in `sql/` that write what they read. */
export interface Work {
  readonly jobs: readonly string[];
  readonly seeds: readonly string[];
}

export const NIGHT: Work = {
  jobs: ['accounts_as_of', 'people_as_of', 'rfm', 'intent', 'lead_score', 'buying_committee', 'account_score'],
  seeds: ['people', 'accounts', 'days', 'edges', 'topics', 'signals'],
};
export const FIRST_OF_MONTH: Work = {
  jobs: ['accounts_as_of', 'people_as_of', 'attribution'],
  seeds: ['people', 'accounts', 'visits', 'conversions', 'signals'],
};

/** Each size in a database and topics of its own; days are there as if they had been rolled up before. */
export async function runScoring(
  { jobs, seeds }: Work,
  sizes: readonly number[],
  say: (line: string) => void,
  afterwards: (scored: Scored) => Promise<void> = async () => undefined,
): Promise<ScoringResult[]> {
  const results: ScoringResult[] = [];
  for (const people of sizes) {
    const stack = await openStack();
    const clickhouse = createClickHouse({
      url: stack.clickhouseUrl,
      database: stack.database,
      timeoutMs: 900_000,
    });
    const environment = { ...stack.environment, LOG_LEVEL: 'warn', TIME_ZONE: ZONE, ENTITIES_WAIT_SECONDS: '0' };
    try {
      await millrace(['deploy'], environment);
      say(`${people} people: writing days, edges and facts`);
      await seed(stack, clickhouse, people, seeds);
      const runIds: Record<string, string> = {};
      for (const model of jobs) {
        const usage = measureUsage(stackPids(stack));
        const familyBefore = familyCpuSeconds();
        const { run, timings } = await millrace<{ run: { run_id: string }; timings: Record<string, number> }>(
          ['run', model, '--as-of', AS_OF, '--partial'],
          environment,
        );
        const { seconds, cpuSeconds, peakMegabytes } = usage();
        const ofClickHouse = cpuSeconds['clickhouse'] ?? NaN;
        runIds[model] = run.run_id;
        say(`${people} people: ${model} in ${seconds.toFixed(1)} s`);
        results.push({
          people,
          model,
          seconds,
          timings,
          cpuSeconds: ofClickHouse,
          allCpuSeconds: ofClickHouse + familyCpuSeconds() - familyBefore,
          peakMegabytes: peakMegabytes['clickhouse'] ?? NaN,
        });
      }
      await afterwards({ stack, clickhouse, people, asOfDate: AS_OF_DATE, runIds });
    } finally {
      await clickhouse.close();
      await stack.cleanup();
    }
  }
  return results;
}

async function seed(stack: Stack, clickhouse: ClickHouse, people: number, files: readonly string[]): Promise<void> {
  const attemptId = randomUUID();
  const build = {
    build_id: randomUUID(),
    zone: ZONE,
    as_of_date: AS_OF_DATE,
    people,
    attempt_id: attemptId,
    days: EDGE_DAYS,
  };
  for (const file of files) {
    await clickhouse.command(loadSql(__dirname, `sql/${file}.sql`), build);
  }
  for (const model of ROLLUPS) {
    const { hash } = parseModelSettings(model, {}, 'defaults');
    await clickhouse.command(loadSql(__dirname, 'sql/builds.sql'), {
      ...build,
      model: model.name,
      definition_hash: hashOf([model.version, hash]),
    });
  }
  await publishStep(stack, { step: 1, attemptId, sealed: EDGE_DAYS });
}
