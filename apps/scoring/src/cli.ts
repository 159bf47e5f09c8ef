import { Command, CommanderError } from 'commander';
import { findModel, loadModelSettings, MODELS, orderModels, type Model } from '@millrace/catalog-models';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf } from '@millrace/platform-config';
import { describeError, exitCodeOf, EXIT_FAILED, EXIT_USAGE, MillraceError, toJson } from '@millrace/platform-errors';

import { readScoringConfig, type ScoringConfig } from './app.config';
import { deploy } from './commands/deploy';
import { doctor } from './commands/doctor';
import { runJob, type RunReport } from './commands/run-job';
import { showScores } from './commands/show-scores';
import { explainPerson, type Explanation } from './explain/explain-person';
import { signed } from './explain/explain-move';

interface JsonFlag {
  readonly json?: true;
}
interface RunFlags extends JsonFlag {
  readonly asOf?: string;
  readonly wait?: true;
  readonly timeout: string;
  readonly partial?: true;
}

const write = (text: string): void => void process.stdout.write(`${text}\n`);
const answer = ({ json }: JsonFlag, value: unknown, words: () => string): void =>
  write(json === true ? JSON.stringify(value) : words());

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instant = Date.parse(text);
  if (Number.isFinite(instant)) return instant;
  throw new MillraceError(`"${text}" is no instant`, {
    code: 'USAGE_INVALID',
    actor: 'operator',
    advice: 'Use ISO 8601 with a zone, such as 2026-11-24T02:00:00-05:00',
  });
}

async function withClickHouse<T>(config: ScoringConfig, work: (clickhouse: ClickHouse) => Promise<T>): Promise<T> {
  const clickhouse = createClickHouse({ ...clickhouseConnectionOf(config), application: 'scoring-cli' });
  try {
    return await work(clickhouse);
  } finally {
    await clickhouse.close();
  }
}

async function run(job: string, flags: RunFlags): Promise<void> {
  const report = await runJob(readScoringConfig(), job, {
    asOf: instantOf(flags.asOf),
    waitSeconds: flags.wait === true ? Number(flags.timeout) : 0,
    isPartialAllowed: flags.partial === true,
    say: (line) => void process.stderr.write(`${line}\n`),
  });
  answer(flags, report, () => describeRun(report));
}

function describeRun({
  outcome,
  run: published,
  duration_ms: ms,
  timings,
  notes,
  stale_runs: stale,
}: RunReport): string {
  const head = outcome === 'unchanged' ? 'nothing to do, the run exists' : 'published';
  return [
    `${head}: ${published.run_id} (revision ${published.revision}, as of step ${published.step})`,
    `${published.rows} people scored in ${ms} ms: ${Object.entries(timings)
      .map(([name, t]) => `${name} ${t}`)
      .join(', ')}`,
    ...(published.is_partial ? [`PARTIAL, missing: ${published.missing.join(', ')}`] : []),
    ...(stale.length > 0 ? [`stale now: ${stale.join(', ')}`] : []),
    ...notes.map((note) => `note: ${note}`),
  ].join('\n');
}

function describeExplanation(it: Explanation): string {
  const before = it.previous_score === null ? 'first run' : `${it.previous_score} -> ${it.score}`;
  return [
    `${it.entity_id} ${it.email}  ${it.model} ${it.score} (${before}), grade ${it.grade}, stage ${it.previous_stage ?? '-'} -> ${it.stage}`,
    `as of ${it.run.as_of_date}, run ${it.run.run_id}${it.run.is_partial ? ', PARTIAL' : ''}${it.run.is_stale ? ', STALE' : ''}`,
    '',
    'Contributions',
    ...it.contributions.map((row) => `  ${signed(row.points).padStart(4)}  ${row.sentence.replace(/: [+-]?\d+$/, '')}`),
    ...it.absent.map(({ component, reason }) => `     0  ${component}: ${reason}`),
    ...(it.moved.length === 0 ? [] : ['', 'Why it moved']),
    ...it.moved.map(
      (move) => `  ${signed(move.change).padStart(4)}  ${move.component} ${move.signal_class}: ${move.why}`,
    ),
  ].join('\n');
}

function describeModel(model: Model, config: ScoringConfig): Record<string, unknown> {
  const { hash, file } = loadModelSettings(model, config.MODELS_CONFIG_DIR);
  const { name, version, kind, grain, inputs, schedule } = model;
  return {
    name,
    version,
    kind,
    grain,
    inputs,
    schedule: schedule?.cron ?? null,
    settings_hash: hash,
    settings_file: file,
  };
}

function createProgram(): Command {
  const program = new Command('scoring').description('Score models over sealed windows.').exitOverride();
  const json = ['--json', 'one JSON object on standard output'] as const;

  program
    .command('deploy')
    .description('create topics, run migrations; safe to repeat')
    .option(...json)
    .action(async (flags: JsonFlag) => {
      const deployed = await deploy(readScoringConfig());
      const changed = deployed.topics.filter(({ action }) => action !== 'unchanged').length;
      answer(
        flags,
        deployed,
        () => `${changed} topics changed, ${deployed.migrations.applied.length} migrations applied`,
      );
    });

  program
    .command('doctor')
    .description('check what scoring needs and say what to do')
    .option(...json)
    .action(async (flags: JsonFlag) => {
      const checks = await doctor(readScoringConfig());
      answer(flags, checks, () =>
        checks
          .map(
            ({ check, ok, detail, advice }) =>
              `${ok ? 'ok ' : 'NOT'} ${check}: ${detail}${advice ? `. ${advice}` : ''}`,
          )
          .join('\n'),
      );
      if (checks.some(({ ok }) => !ok)) process.exitCode = EXIT_FAILED;
    });

  const addRunFlags = (command: Command): Command =>
    command
      .option('--as-of <instant>', 'the instant that the run speaks about; default now')
      .option('--wait', 'wait until the windows before it are sealed')
      .option('--timeout <seconds>', 'how long --wait waits', '14400')
      .option('--partial', 'run on what is sealed and mark the scores partial')
      .option(...json);

  addRunFlags(
    program.command('run <job>').description('run a job once, as its schedule would; exits 0 when published'),
  ).action(run);

  const score = program.command('score').description('show scores, redo a run');
  addRunFlags(
    score.command('rerun').description('redo the run of an instant with what is sealed now; later runs become stale'),
  )
    .option('--model <model>', 'the model', 'lead_score')
    .action(async (flags: RunFlags & { model: string }) => {
      if (flags.asOf === undefined) {
        throw new MillraceError('rerun needs --as-of', { code: 'USAGE_INVALID', actor: 'operator' });
      }
      await run(flags.model, flags);
    });
  score
    .command('show <entity>')
    .description('current scores of a person id, an e-mail or an account id')
    .option(...json)
    .action(async (entity: string, flags: JsonFlag) => {
      const rows = await withClickHouse(readScoringConfig(), (clickhouse) => showScores(clickhouse, entity));
      if (rows.length === 0)
        throw new MillraceError(`${entity} has no score`, { code: 'ENTITY_UNKNOWN', actor: 'operator' });
      answer(flags, rows, () =>
        rows
          .map(
            (row) =>
              `${row.entity_id} ${row.email}  ${row.model} ${row.score} ${row.grade} ${row.stage}  ${row.score_reasons.join(' ')}`,
          )
          .join('\n'),
      );
    });

  program
    .command('explain <person>')
    .description('why a score is what it is, and why it moved')
    .option('--model <model>', 'the model', 'lead_score')
    .option('--run <run-id>', 'another run than the current one')
    .option(...json)
    .action(async (person: string, flags: JsonFlag & { model: string; run?: string }) => {
      findModel(flags.model);
      const explanation = await withClickHouse(readScoringConfig(), (clickhouse) =>
        explainPerson(clickhouse, flags.model, person, flags.run),
      );
      answer(flags, explanation, () => describeExplanation(explanation));
    });

  const models = program.command('models').description('the models, their settings and their graph');
  models
    .command('list')
    .description('in the order in which they read each other')
    .option(...json)
    .action((flags: JsonFlag) => {
      const config = readScoringConfig();
      const rows = orderModels(MODELS).map((model) => describeModel(model, config));
      answer(flags, rows, () =>
        rows
          .map(
            (row) =>
              `${String(row['name'])} v${String(row['version'])} ${String(row['kind'])} <- ${(row['inputs'] as string[]).join(', ')}`,
          )
          .join('\n'),
      );
    });
  return program;
}

async function main(): Promise<void> {
  const isJson = process.argv.includes('--json');
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
      return;
    }
    if (isJson) write(JSON.stringify({ error: toJson(error) }));
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

void main();
