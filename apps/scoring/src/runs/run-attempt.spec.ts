import { leadScore } from '@millrace/catalog-models';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { RunAttempt } from './run-attempt';

const STAGING = ['lead_score_weights', 'lead_score_trials', 'lead_score_scored'];
const ROWS = ['lead_score_states', 'score_rows', 'score_events'];
const TWINS = ROWS.map((table) => `${table}_trial`);

/** The tables that one range of chunks is inserted into, in order, by a database that has the tables named. */
async function intosOf(isTrial: boolean, tables: readonly string[]): Promise<(string | undefined)[]> {
  const intos: (string | undefined)[] = [];
  const clickhouse = {
    query: (sql: string, { names = [] }: { names?: readonly string[] }) =>
      Promise.resolve(
        sql.startsWith('describe')
          ? [{ name: 'entity_id' }]
          : tables
              .filter((name) => names.includes(name))
              .map((name) => ({ name, is_staging: STAGING.includes(name) ? 1 : 0, columns: ['run_id'] })),
      ),
    command: (sql: string) => Promise.resolve(void intos.push(/^insert into (\w+)/.exec(sql)?.[1])),
  };
  const attempt = new RunAttempt({
    clickhouse: clickhouse as unknown as ClickHouse,
    model: leadScore,
    settings: leadScore.settings.parse({}),
    run: { asOfDate: '2026-11-24', zone: 'UTC' },
    runId: 'r',
    params: {},
    isTrial,
  });
  await attempt.score(0, 1);
  return intos;
}

it('crossings are written before the rows that finish a chunk: a run that is taken over misses none', async () => {
  expect(await intosOf(false, [...STAGING, ...ROWS])).toEqual([
    'lead_score_scored',
    'lead_score_states',
    'score_events',
    'score_rows',
  ]);
});

it('a run that is not published writes to staging and to twins', async () => {
  expect(await intosOf(true, [...STAGING, ...ROWS, ...TWINS])).toEqual([
    'lead_score_scored',
    'lead_score_states_trial',
    'score_events_trial',
    'score_rows_trial',
  ]);
});

it('without its twin a table is not written to, and the error says what makes it', async () => {
  const twins = TWINS.filter((name) => name !== 'score_rows_trial');
  await expect(intosOf(true, [...STAGING, ...ROWS, ...twins])).rejects.toMatchObject({
    message: 'lead_score has no table score_rows to try things out',
    advice: 'Make it: npx millrace deploy',
  });
});
