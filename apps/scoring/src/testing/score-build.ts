import { findModel, type Score } from '@millrace/catalog-models';
import type { ClickHouse, QueryParams } from '@millrace/platform-clickhouse';

import { RunAttempt } from '../runs/run-attempt';

export interface ScoreBuildOptions {
  readonly settings: object;
  /** Of person_days, one build for all days. */
  readonly buildId: string;
  readonly days: readonly string[];
  readonly asOfDate: string;
  readonly runId: string;
  readonly previousRunId?: string;
  readonly isScheduled?: boolean;
  readonly chunkSize?: number;
}

/** lead_score over rows that a spec wrote itself, with people and accounts as they are: a run without log and record. */
export async function scoreBuild(clickhouse: ClickHouse, options: ScoreBuildOptions): Promise<void> {
  const { asOfDate, runId } = options;
  const run = async (name: string, settings: object | null, id: string, params: QueryParams): Promise<void> => {
    const model = findModel(name) as Score;
    const attempt = new RunAttempt({
      clickhouse,
      model,
      settings: settings ?? model.settings.parse({}),
      run: { asOfDate, zone: 'America/New_York' },
      runId: id,
      params: {
        as_of_date: asOfDate,
        as_of: new Date(`${asOfDate}T07:00:00Z`),
        chunk_size: options.chunkSize ?? 100,
        is_scheduled: options.isScheduled ?? true,
        contributions_until: '2100-01-01',
        ...params,
      },
    });
    await attempt.stage();
    const { chunks } = await attempt.planChunks();
    for (let chunk = 0; chunk < chunks; chunk += 3) await attempt.score(chunk, chunk + 3);
    await attempt.check();
    await attempt.drop();
  };
  const days = options.days.map((day) => [day, options.buildId]);
  const [accounts, people] = [`accounts-of-${runId}`, `people-of-${runId}`];
  await run('accounts_as_of', null, accounts, { accounts: [] });
  await run('people_as_of', null, people, { edges: [], days, traits: [], people: [], edits: [], accounts });
  await run('lead_score', options.settings, runId, {
    days,
    people,
    accounts,
    rfm: '',
    intent: '',
    account_days: [],
    previous: options.previousRunId ?? '',
  });
}
