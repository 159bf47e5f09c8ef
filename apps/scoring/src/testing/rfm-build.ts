import { randomUUID } from 'node:crypto';

import { findModel, type Score } from '@millrace/catalog-models';
import { addDays } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { RunAttempt } from '../runs/run-attempt';
import type { RfmPerson } from './rfm-oracle';

export interface RfmBuildOptions {
  readonly runId: string;
  readonly asOfDate: string;
  readonly previousRunId?: string;
  readonly settings?: object;
}

const ZONE = 'America/New_York';
export const rfmPersonId = (index: number): string => `u${String(index).padStart(3, '0')}`;

/** rfm over people that a spec wrote itself, each with an account, a session a day and perhaps an opportunity: a run without log. */
export async function rfmBuild(
  clickhouse: ClickHouse,
  people: readonly RfmPerson[],
  { runId, asOfDate, previousRunId = '', settings = {} }: RfmBuildOptions,
): Promise<void> {
  const buildId = randomUUID();
  const model = findModel('rfm') as Score;
  const instantOn = (day: string): string => `${day}T15:00:00Z`;
  const last = addDays(asOfDate, -1);
  await clickhouse.insertRows(
    'people_as_of_rows',
    people.map((_, index) => ({
      run_id: `people-of-${runId}`,
      as_of_date: asOfDate,
      chunk: Math.floor(index / 10),
      person_id: rfmPersonId(index),
      identities: [['user', rfmPersonId(index)]],
      email: `${index}@acme.example`,
      account_id: `a${index}`,
      tier: 'none',
    })),
  );
  await clickhouse.insertRows(
    'accounts_as_of_rows',
    people.map((_, index) => ({
      run_id: `accounts-of-${runId}`,
      as_of_date: asOfDate,
      account_id: `a${index}`,
      identities: [`a${index}`, `crm/${index}`],
    })),
  );
  await clickhouse.insertRows(
    'person_days_rows',
    people.flatMap(({ activeAges }, index) =>
      [...new Set(activeAges)].map((age) => ({
        day: addDays(asOfDate, -age),
        zone: ZONE,
        build_id: buildId,
        identity_kind: 'user',
        identity: rfmPersonId(index),
        signal_class: 'session',
        count: 1,
        last_occurred_at: instantOn(addDays(asOfDate, -age)),
      })),
    ),
  );
  await clickhouse.insertRows(
    'opportunities_rows',
    people.flatMap(({ amount }, index) =>
      amount === null
        ? []
        : [
            {
              day: last,
              zone: ZONE,
              build_id: buildId,
              topic: 'signals.crm.v1',
              opportunity_id: `o${index}`,
              stage: 'proposal',
              stage_at: instantOn(last),
              amount,
              amount_at: instantOn(last),
              account_id: `crm/${index}`,
              last_occurred_at: instantOn(last),
            },
          ],
    ),
  );
  const days = Array.from({ length: 120 }, (_, index) => [addDays(asOfDate, -1 - index), buildId]);
  const attempt = new RunAttempt({
    clickhouse,
    model,
    settings: model.settings.parse(settings) as object,
    run: { asOfDate, zone: ZONE },
    runId,
    params: {
      as_of_date: asOfDate,
      chunk_size: 10,
      is_scheduled: true,
      contributions_until: '2100-01-01',
      days,
      opportunities: days,
      people: `people-of-${runId}`,
      accounts: `accounts-of-${runId}`,
      previous: previousRunId,
    },
  });
  await attempt.stage();
  const { chunks } = await attempt.planChunks();
  for (let chunk = 0; chunk < chunks; chunk += 3) await attempt.score(chunk, chunk + 3);
  await attempt.check();
  await attempt.drop();
}
