import { checkMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { examinePlace, fine, instant, wrong, type Finding, type Look } from '@millrace/platform-commands';
import { installationVariablesOf } from '@millrace/platform-config';
import { assertInstallation, describeTopics, readInstallation, topicProblems } from '@millrace/platform-kafka';

import type { Connections } from '../connections/connections';
import { MIGRATIONS, topicsOf } from '../deployment';
import { dayAlignmentProblem } from '../windows/day-alignment';

const DEPLOY = 'Run `npx millrace deploy`';

/** Looks at everything windowing stands on and changes nothing. */
export async function examine(connections: Connections): Promise<readonly Finding[]> {
  const { config, clickhouse } = connections;
  return Promise.all([
    examinePlace('installation', () => lookAtInstallation(connections), DEPLOY),
    examinePlace('windowing topics', () => lookAtTopics(connections)),
    examinePlace('windowing tables', () => lookAtTables(clickhouse), DEPLOY),
    examinePlace('days of the time zone', () => {
      const problem = dayAlignmentProblem(config.TIME_ZONE, config.WINDOW_SIZE_SECONDS * 1000, new Date());
      if (problem === null) return fine(`every day of ${config.TIME_ZONE} begins with a window`);
      return wrong(problem, 'Set a smaller WINDOW_SIZE_SECONDS');
    }),
    examinePlace('conservation', () => lookAtConservation(clickhouse), DEPLOY),
    examinePlace('sealing', () => lookAtSealing(clickhouse), DEPLOY),
  ]);
}

async function lookAtInstallation({ config, kafka, log }: Connections): Promise<Look> {
  const recorded = await readInstallation({ kafka, topicPrefix: config.TOPIC_PREFIX, log });
  if (recorded === undefined) return wrong('nothing is recorded', DEPLOY);
  assertInstallation(recorded, installationVariablesOf(config));
  const values = Object.entries(recorded.variables).map(([name, value]) => `${name}=${value}`);
  return fine(`${values.join(' ')} (revision ${recorded.revision})`);
}

async function lookAtTopics({ config, kafka }: Connections): Promise<Look> {
  const reports = await describeTopics(kafka, topicsOf(config));
  const problems = topicProblems(reports);
  return problems === '' ? fine(`${reports.length} topics as they should be`) : wrong(problems, DEPLOY);
}

async function lookAtTables(clickhouse: ClickHouse): Promise<Look> {
  const expected = checkMigrations(MIGRATIONS);
  if (expected.length > 0) return wrong(expected.join('; '), 'Reinstall windowing');
  const row = await clickhouse.queryOne<{ readonly applied: number }>(
    'select uniqExact(number) as applied from schema_migrations where service = {service: String}',
    { service: 'windowing' },
  );
  return (row?.applied ?? 0) > 0
    ? fine(`${row?.applied ?? 0} migrations applied`)
    : wrong('no migration is applied', DEPLOY);
}

async function lookAtConservation(clickhouse: ClickHouse): Promise<Look> {
  const rows = await clickhouse.query<{
    readonly topic: string;
    readonly partition: number;
    readonly unaccounted: number;
  }>('select topic, partition, unaccounted from conservation where not is_balanced order by topic, partition');
  if (rows.length === 0) return fine('every offset is accounted for');
  const where = rows.map(({ topic, partition, unaccounted }) => `${topic}/${partition}: ${unaccounted}`).join(', ');
  return wrong(`offsets unaccounted for: ${where}`, 'Run `npx millrace replay --verify`');
}

async function lookAtSealing(clickhouse: ClickHouse): Promise<Look> {
  const row = await clickhouse.queryOne<{ readonly steps: number; readonly closed_through: string }>(
    'select max(step) as steps, max(closed_through) as closed_through from seal_steps',
  );
  if (row === undefined || row.steps === 0) return fine('nothing is sealed yet');
  return fine(`${row.steps} steps, closed through ${instant(row.closed_through)}`);
}
