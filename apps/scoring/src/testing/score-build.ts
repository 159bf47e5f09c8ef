import { findModel, type Score } from '@millrace/catalog-models';
import type { ClickHouse, QueryParams } from '@millrace/platform-clickhouse';

import { RunAttempt } from '../runs/run-attempt';

export interface ModelBuildOptions {
  readonly asOfDate: string;
  readonly isScheduled?: boolean;
  readonly chunkSize?: number;
}

export interface ScoreBuildOptions extends ModelBuildOptions {
  readonly settings: object;
  /** Of person_days, one build for all days. */
  readonly buildId: string;
  readonly days: readonly string[];
  readonly runId: string;
  readonly previousRunId?: string;
  readonly intentRunId?: string;
}

/** One model over rows that are there; `settings` null: the defaults. */
export async function modelBuild(
  clickhouse: ClickHouse,
  { asOfDate, chunkSize = 100, isScheduled = true }: ModelBuildOptions,
  { name, settings, runId, params }: { name: string; settings: object | null; runId: string; params: QueryParams },
): Promise<void> {
  const model = findModel(name) as Score;
  const attempt = new RunAttempt({
    clickhouse,
    model,
    settings: settings ?? model.settings.parse({}),
    run: { asOfDate, zone: 'America/New_York' },
    runId,
    params: {
      as_of_date: asOfDate,
      as_of: new Date(`${asOfDate}T07:00:00Z`),
      chunk_size: chunkSize,
      is_scheduled: isScheduled,
      contributions_until: '2100-01-01',
      ...params,
    },
  });
  await attempt.stage();
  const { chunks } = await attempt.planChunks();
  for (let chunk = 0; chunk < chunks; chunk += 3) await attempt.score(chunk, chunk + 3);
  await attempt.check();
  await attempt.drop();
}

/** The runs of who exists that `scoreBuild` makes before it scores. */
export const upstreamOf = (runId: string) => ({ accounts: `accounts-of-${runId}`, people: `people-of-${runId}` });

/** lead_score over rows that a spec wrote itself, with people and accounts as they are: a run without log and record. */
export async function scoreBuild(clickhouse: ClickHouse, options: ScoreBuildOptions): Promise<void> {
  const { runId } = options;
  const run = (name: string, settings: object | null, id: string, params: QueryParams): Promise<void> =>
    modelBuild(clickhouse, options, { name, settings, runId: id, params });
  const days = options.days.map((day) => [day, options.buildId]);
  const { accounts, people } = upstreamOf(runId);
  await run('accounts_as_of', null, accounts, { accounts: [] });
  await run('people_as_of', null, people, { edges: [], days, traits: [], people: [], edits: [], accounts });
  await run('lead_score', options.settings, runId, {
    days,
    people,
    accounts,
    rfm: '',
    intent: options.intentRunId ?? '',
    account_days: [],
    previous: options.previousRunId ?? '',
  });
}
