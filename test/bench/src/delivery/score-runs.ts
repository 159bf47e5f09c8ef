import { AUDIENCES } from '@millrace/catalog-models/published';
import { runKey, scoresTopic, type NewRun } from '@millrace/contract-score';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { createBatchProducer } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

const DAY_MS = 86_400_000;
const FIRST_AS_OF = Date.UTC(2026, 0, 5, 7);

export interface Population {
  readonly people: number;
  /** Whose score is another one each night. */
  readonly changed: number;
}

/** The run of day `day`, counted from 0, as scoring would decide it. */
export function runOfDay(day: number, { people }: Population): NewRun {
  const as_of = FIRST_AS_OF + day * DAY_MS;
  return {
    kind: 'run',
    run_id: `run-${day + 1}`,
    model: 'lead_score',
    model_version: 1,
    settings_hash: 's',
    input_hash: `input-${day + 1}`,
    as_of,
    as_of_date: new Date(as_of).toISOString().slice(0, 10),
    zone: 'America/New_York',
    step: day + 1,
    revision: 1,
    is_partial: false,
    missing: [],
    entity_kind: 'person',
    rows: people,
    checksum: 'c',
    started_at: as_of,
    published_at: as_of,
  };
}

/** The run of the same instant that says who exists. */
export const audienceOf = (run: NewRun): NewRun => ({
  ...run,
  run_id: `people-${run.run_id}`,
  model: AUDIENCES.person,
});

/** The tables of a run and of its people, without scoring it. */
export async function storeRun(clickhouse: ClickHouse, run: NewRun, population: Population): Promise<void> {
  const night = (run.as_of - FIRST_AS_OF) / DAY_MS;
  const audience = audienceOf(run);
  const { as_of_date } = run;
  await clickhouse.command(loadSql(__dirname, 'sql/people.sql'), {
    ...population,
    run_id: audience.run_id,
    as_of_date,
  });
  await clickhouse.command(loadSql(__dirname, 'sql/scores.sql'), {
    ...population,
    run_id: run.run_id,
    as_of_date,
    night: night + 1,
  });
  const as_of = new Date(run.as_of).toISOString();
  const records = [audience, run].map(({ run_id, model, entity_kind }) => ({
    run_id,
    model,
    as_of,
    as_of_date,
    entity_kind,
  }));
  await clickhouse.insertRows('score_run_records', records);
}

/** What was accepted in the nights before: everybody in the first, then a few each night. */
export async function storeNights(
  clickhouse: ClickHouse,
  { people }: Population,
  nights: number,
  destination: string,
): Promise<void> {
  const first = new Date(FIRST_AS_OF - nights * DAY_MS).toISOString().slice(0, 10);
  const each = Math.max(1, Math.floor(people / 1_000));
  for (let night = 0; night < nights; night += 1) {
    const params = { people, each, night, first_night: first, destination };
    await clickhouse.command(loadSql(__dirname, 'sql/outcomes.sql'), params);
  }
}

export async function publishRun(stack: Stack, run: NewRun): Promise<void> {
  const producer = createBatchProducer({ kafka: stack.kafka, lingerMs: 0 });
  // Together, as a night's open ticks make them be planned together.
  await producer.sendMany(
    [audienceOf(run), run].map((one) => ({
      topic: scoresTopic(stack.topicPrefix).name,
      key: runKey(one.run_id),
      value: Buffer.from(JSON.stringify(one)),
    })),
  );
  await producer.close();
}
