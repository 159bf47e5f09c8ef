import { randomUUID } from 'node:crypto';

import {
  emailDomainRow,
  identities,
  leadScore,
  settingsParams,
  weightRows,
  type LeadScoreSettings,
} from '@millrace/catalog-models';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import type { DayBuild } from '../rollup/day-builder';

export interface InputCheck {
  readonly people: number;
  readonly chunks: number;
  readonly checksum: string;
}

export interface RunCheck {
  readonly row_count: number;
  readonly broken_sums: number;
  readonly checksum: string;
}

export interface ScoreParams {
  readonly runId: string;
  readonly asOfDate: string;
  readonly previousRunId: string;
  readonly isScheduled: boolean;
}

const STAGING = [
  'score_run_builds',
  'score_run_weights',
  'score_run_identities',
  'score_run_domains',
  'score_run_people',
  'score_run_accounts',
] as const;

/** The SQL of one attempt at a lead_score run. Staging rows carry the attempt and go with `drop`. */
export class RunStore {
  readonly attemptId = randomUUID();

  constructor(
    private readonly clickhouse: ClickHouse,
    private readonly settings: LeadScoreSettings,
  ) {}

  /** Resolves identities and facts as of now, over the given builds. */
  async stage(builds: readonly DayBuild[], asOfDate: string, chunkSize: number): Promise<void> {
    const attempt = { attempt_id: this.attemptId };
    await this.clickhouse.insertRows(
      'score_run_builds',
      builds.map((build) => ({ ...attempt, ...build })),
    );
    await this.clickhouse.insertRows(
      'score_run_weights',
      weightRows(this.settings).map((row) => ({ ...attempt, ...row })),
    );
    await this.clickhouse.command(loadSql(identities.folder, identities.sql.resolve), attempt);
    await this.clickhouse.insertRows('score_run_domains', this.emailDomains(attempt));
    await this.clickhouse.command(loadSql(leadScore.folder, leadScore.sql.population), {
      ...attempt,
      chunk_size: chunkSize,
    });
    const { pql } = this.settings.stages;
    await this.clickhouse.command(loadSql(leadScore.folder, leadScore.sql.accounts), {
      ...attempt,
      as_of_date: asOfDate,
      trial_days: pql.trial_days,
      activation_days: pql.activation_days,
      activation_features: pql.activation_features,
      trial_plans: pql.trial_plans,
    });
  }

  /** What SQL cannot know about the distinct domains of the run's e-mails. */
  private async *emailDomains(attempt: { readonly attempt_id: string }): AsyncGenerator<object> {
    const sql = loadSql(leadScore.folder, leadScore.sql.emailDomains);
    for await (const { domain } of this.clickhouse.stream<{ readonly domain: string }>(sql, attempt)) {
      yield { ...attempt, ...emailDomainRow(domain, this.settings) };
    }
  }

  async checkInputs(): Promise<InputCheck> {
    const row = await this.clickhouse.queryOne<InputCheck>(loadSql(__dirname, 'sql/check-inputs.sql'), {
      attempt_id: this.attemptId,
    });
    return row ?? { people: 0, chunks: 0, checksum: '' };
  }

  /** Chunks that an earlier attempt at the same run wrote whole. */
  async finishedChunks(runId: string): Promise<Set<number>> {
    const rows = await this.clickhouse.query<{ chunk: number }>(loadSql(__dirname, 'sql/finished-chunks.sql'), {
      run_id: runId,
      attempt_id: this.attemptId,
    });
    return new Set(rows.map((row) => row.chunk));
  }

  /** Scores the chunks [first, end). Repeating it writes the same rows again. */
  async scoreChunks(first: number, end: number, params: ScoreParams): Promise<void> {
    await this.clickhouse.command(loadSql(leadScore.folder, leadScore.sql.score), {
      ...settingsParams(this.settings),
      attempt_id: this.attemptId,
      run_id: params.runId,
      as_of_date: params.asOfDate,
      previous_run_id: params.previousRunId,
      is_scheduled: params.isScheduled,
      first_chunk: first,
      end_chunk: end,
    });
  }

  async checkRun(runId: string): Promise<RunCheck> {
    const row = await this.clickhouse.queryOne<RunCheck>(loadSql(__dirname, 'sql/check-run.sql'), { run_id: runId });
    return row ?? { row_count: 0, broken_sums: 0, checksum: '' };
  }

  async drop(): Promise<void> {
    for (const table of STAGING) {
      await this.clickhouse.command(`alter table ${table} drop partition '${this.attemptId}'`);
    }
  }
}
