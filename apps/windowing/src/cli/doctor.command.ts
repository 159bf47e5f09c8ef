import { checkMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { describeError, EXIT_DONE, EXIT_FAILED, MillraceError } from '@millrace/platform-errors';
import { describeTopics } from '@millrace/platform-kafka';
import type { Command } from 'commander';

import { print, type CommandShell, type JsonOption } from './command-shell';
import { withConnections, type CommandConnections } from './connect';
import { MIGRATIONS_DIRECTORY, MIGRATIONS_SERVICE, topicsOf } from './deployment';
import { dayAlignmentProblem } from '../windows/day-alignment';

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string;
}

type Look = Omit<Finding, 'check'>;

const DEPLOY = 'Run `npx millrace deploy`';
const fine = (detail: string): Look => ({ ok: true, detail, advice: '' });

/** Looks at everything windowing stands on and changes nothing. */
export async function examine(connections: CommandConnections): Promise<readonly Finding[]> {
  const { config, clickhouse } = connections;
  return Promise.all([
    attempt('windowing topics', () => lookAtTopics(connections)),
    attempt('windowing tables', () => lookAtTables(clickhouse)),
    attempt('days of the time zone', () => {
      const problem = dayAlignmentProblem(config.TIME_ZONE, config.WINDOW_SIZE_SECONDS * 1000, new Date());
      if (problem === null) return Promise.resolve(fine(`every day of ${config.TIME_ZONE} begins with a window`));
      return Promise.resolve({ ok: false, detail: problem, advice: 'Set a smaller WINDOW_SIZE_SECONDS' });
    }),
    attempt('conservation', () => lookAtConservation(clickhouse)),
    attempt('sealing', () => lookAtSealing(clickhouse)),
  ]);
}

async function lookAtTopics({ config, kafka }: CommandConnections): Promise<Look> {
  const reports = await describeTopics(kafka, topicsOf(config));
  const wrong = reports.filter(({ differences }) => differences.length > 0);
  if (wrong.length === 0) return fine(`${reports.length} topics as they should be`);
  const detail = wrong.map(
    ({ name, differences }) =>
      `${name}: ${differences.map((d) => `${d.what} is ${d.actual}, not ${d.wanted}`).join(', ')}`,
  );
  return { ok: false, detail: detail.join('; '), advice: DEPLOY };
}

async function lookAtTables(clickhouse: ClickHouse): Promise<Look> {
  const expected = checkMigrations(MIGRATIONS_DIRECTORY);
  if (expected.length > 0) return { ok: false, detail: expected.join('; '), advice: 'Reinstall windowing' };
  const row = await clickhouse.queryOne<{ readonly applied: number }>(
    'select uniqExact(number) as applied from schema_migrations where service = {service: String}',
    { service: MIGRATIONS_SERVICE },
  );
  return (row?.applied ?? 0) > 0
    ? fine(`${row?.applied ?? 0} migrations applied`)
    : { ok: false, detail: 'no migration is applied', advice: DEPLOY };
}

async function lookAtConservation(clickhouse: ClickHouse): Promise<Look> {
  const rows = await clickhouse.query<{
    readonly topic: string;
    readonly partition: number;
    readonly unaccounted: number;
  }>('select topic, partition, unaccounted from conservation where not is_balanced order by topic, partition');
  if (rows.length === 0) return fine('every offset is accounted for');
  const where = rows.map(({ topic, partition, unaccounted }) => `${topic}/${partition}: ${unaccounted}`).join(', ');
  return { ok: false, detail: `offsets unaccounted for: ${where}`, advice: 'Run `npx millrace replay --verify`' };
}

async function lookAtSealing(clickhouse: ClickHouse): Promise<Look> {
  const row = await clickhouse.queryOne<{ readonly steps: number; readonly closed_through: string }>(
    'select max(step) as steps, max(closed_through) as closed_through from seal_steps',
  );
  if (row === undefined || row.steps === 0) return fine('nothing is sealed yet');
  return fine(`${row.steps} steps, closed through ${row.closed_through}`);
}

async function attempt(check: string, look: () => Promise<Look>): Promise<Finding> {
  try {
    return { check, ...(await look()) };
  } catch (error) {
    const advice = error instanceof MillraceError ? (error.advice ?? '') : '';
    return { check, ok: false, detail: describeError(error), advice };
  }
}

export function addDoctorCommand(program: Command, shell: CommandShell): void {
  program
    .command('doctor')
    .description('check what windowing stands on and say what to do')
    .option('--json', 'print one JSON list')
    .action(async (options: JsonOption) => {
      const findings = await withConnections(examine);
      print(
        shell,
        options,
        findings,
        findings.map(
          ({ check, ok, detail, advice }) =>
            `${ok ? 'ok ' : 'NOT'}  ${check}: ${detail}${advice === '' ? '' : `\n     ${advice}`}`,
        ),
      );
      shell.exitWith(findings.every((finding) => finding.ok) ? EXIT_DONE : EXIT_FAILED);
    });
}
