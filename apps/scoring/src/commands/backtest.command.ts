import { OUTCOMES, type Outcome } from '@millrace/catalog-models';
import { closedBefore, dayAt, endOf, parseWhen, refuseFuture, startOf } from '@millrace/contract-window';
import { print, readTyped, wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { MillraceError, unknownName, UsageError } from '@millrace/platform-errors';
import { silentLog } from '@millrace/platform-kafka';
import { InvalidArgumentError, type Command } from 'commander';

import { readScoringConfig, type ScoringConfig } from '../app.config';
import { backtest } from '../backtest/backtest';
import type { BacktestReport } from '../backtest/backtest-report';
import { chooseInstants } from '../backtest/choose-instants';
import { reportInLines } from './backtest-lines';
import {
  agreeWithInstallation,
  closeConnections,
  createConnections,
  type Connections,
} from '../connections/connections';
import { createEngine, type Engine } from '../runs/engine';
import { createStepAside } from '../runs/step-aside';
import { SCORES } from './score-model';

export interface BacktestOptions {
  readonly outcome: string;
  readonly outcomeOf?: string;
  /** Days. */
  readonly horizon: number;
  readonly from?: string;
  readonly to?: string;
  readonly threshold?: number;
  readonly minPrecision?: number;
  readonly includeConverted?: true;
}

const MOST_INSTANTS = 60;
const MOST_HORIZON_DAYS = 730;
/** How far back instants are looked for when nobody says. */
const LOOK_BACK_MS = 730 * 86_400_000;

export function addBacktestCommand(score: Command, shell: CommandShell): void {
  score
    .command('backtest <model>')
    .description(
      'score the first tick of past months as of then, and count how well the scores told what followed; nothing is published or delivered',
    )
    .requiredOption('--outcome <name>', `what is to follow: ${OUTCOMES.join(', ')}`)
    .option(
      '--outcome-of <whom>',
      'person: the own outcome of a person; account: that of the account, for people too; default as the model',
    )
    .option('--horizon <days>', 'count outcomes in the days after each instant, such as 90d', horizonDays, 90)
    .option(
      '--from <date|time>',
      'the first instant; default: the last 12 whose horizon has passed, younger ones if they are under 6',
    )
    .option('--to <date|time>', 'the last instant, its day included; default now')
    .option(
      '--threshold <score>',
      'judge scores from here on instead of the stage or band of the model',
      wholeNumber({ min: 0, max: 100, unit: 'points' }),
    )
    .option(
      '--min-precision <share>',
      'suggest the threshold with the highest recall of those with this precision, such as 0.2; default: the highest F1',
      precision,
    )
    .option('--include-converted', 'count those whose outcome had come before the instant, too')
    .option('--json', 'print one JSON object')
    .action(async (model: string, options: BacktestOptions & JsonOption) => {
      const report = await backtestModel(
        readScoringConfig(),
        model,
        options,
        (line) => void process.stderr.write(`${line}\n`),
      );
      print(shell, options, report, reportInLines(report));
    });
}

/** Throws UsageError for what cannot be asked, SERVICE_NOT_READY when nothing of the past is there. */
export async function backtestModel(
  config: ScoringConfig,
  name: string,
  options: BacktestOptions,
  say: (line: string) => void = () => undefined,
): Promise<BacktestReport> {
  const model = scoreModel(name);
  const outcome = outcomeOf(options.outcome);
  const connections = createConnections(config, silentLog);
  try {
    const engine = createEngine(connections, undefined, { deliver: false, isBackfill: true });
    await Promise.all([agreeWithInstallation(connections), connections.chain.start(), connections.scores.start()]);
    const toldThrough = newestWholeDay(connections, engine);
    const instants = instantsOf(connections, engine, name, toldThrough, options);
    const startedAt = Date.now();
    return await backtest(
      engine,
      connections.clickhouse.withSettings({ max_threads: 1 }),
      {
        model,
        outcome,
        outcomeOf: whoseOutcome(model.entity, options.outcomeOf),
        horizonDays: options.horizon,
        instants,
        toldThrough,
        threshold: options.threshold ?? null,
        minPrecision: options.minPrecision ?? null,
        isConvertedIncluded: options.includeConverted === true,
        settingsFolder: config.MODELS_CONFIG_DIR,
      },
      {
        stepAside: createStepAside(engine, {
          refresh: () => connections.scores.refresh(),
          leaseMs: config.TICK_LEASE_SECONDS * 1000,
          onYield: (tick) => say(`stepping aside for ${tick}`),
        }),
        onTried: ({ asOf }, { done, of }) => {
          const secondsLeft = (((Date.now() - startedAt) / done) * (of - done)) / 1000;
          say(`${done} of ${of}: ${dayAt(asOf, engine.zone).date} is scored; about ${Math.ceil(secondsLeft)} s left`);
        },
      },
    );
  } finally {
    await closeConnections(connections);
  }
}

function scoreModel(name: string) {
  const model = SCORES.find((one) => one.name === name);
  if (model !== undefined) return model;
  throw unknownName({
    kind: 'model with a score',
    typed: name,
    known: SCORES.map((one) => one.name),
    code: 'MODEL_UNKNOWN',
  });
}

function outcomeOf(typed: string): Outcome {
  const found = OUTCOMES.find((one) => one === typed);
  if (found !== undefined) return found;
  throw new UsageError(`--outcome: "${typed}" is not an outcome`, { advice: `Name one of: ${OUTCOMES.join(', ')}` });
}

function whoseOutcome(entity: string, typed: string | undefined): 'person' | 'account' {
  const whose = typed ?? entity;
  if (whose === 'account') return 'account';
  if (whose === 'person' && entity === 'person') return 'person';
  throw new UsageError(`--outcome-of: ${whose} does not fit a model that scores each ${entity}`, {
    advice: entity === 'person' ? 'Name person or account' : 'Leave it out',
  });
}

/** Start of the first local day that is not sealed whole. */
function newestWholeDay({ chain }: Connections, { jobs, zone }: Engine): number {
  const head = chain.head()?.value;
  if (head === undefined) {
    throw new MillraceError('No window has been sealed yet', {
      code: 'SERVICE_NOT_READY',
      actor: 'operator',
      isRetryable: true,
      advice: 'Import the history first; a back-test needs months of it',
    });
  }
  const spillMs = Math.max(0, ...jobs.map((job) => job.spillMs));
  const { size_ms: sizeMs, grace_ms: graceMs } = head.window;
  const closed = closedBefore(head.closed_through, { sizeMs, graceMs });
  return dayAt(Math.min(Date.now(), closed - spillMs), zone).start;
}

function instantsOf(
  { chain }: Connections,
  engine: Engine,
  name: string,
  toldThrough: number,
  { from: typedFrom, to: typedTo, horizon }: BacktestOptions,
): readonly number[] {
  const { ticker, zone } = engine.job(name);
  const now = Date.now();
  const read = (option: string, typed: string, edge: typeof startOf): number =>
    readTyped(option, () => {
      const when = parseWhen(typed, zone);
      refuseFuture(typed, when, now);
      return edge(when);
    });
  const windows = chain.entries().flatMap(({ value }) => (value.first_window === null ? [] : [value.first_window]));
  const first = windows.reduce((earliest, start) => Math.min(earliest, start), Infinity);
  const instants = chooseInstants({
    ticker,
    zone,
    from: typedFrom === undefined ? now - LOOK_BACK_MS : read('--from', typedFrom, startOf),
    through: Math.min(toldThrough, typedTo === undefined ? now : read('--to', typedTo, endOf) - 1),
    isAsked: typedFrom !== undefined,
    horizonMs: horizon * 86_400_000,
    toldThrough,
  }).filter((tick) => first === Infinity || first < tick);
  if (instants.length > 0 && instants.length <= MOST_INSTANTS) return instants;
  throw new UsageError(
    `${instants.length} first ticks of a month of ${name} have sealed signals before them in the range`,
    {
      advice: `Name a range with 1 to ${MOST_INSTANTS} of them by --from and --to`,
    },
  );
}

function horizonDays(typed: string): number {
  const days = Number(/^(\d{1,3})d$/.exec(typed)?.[1]);
  if (days >= 1 && days <= MOST_HORIZON_DAYS) return days;
  throw new InvalidArgumentError(`Give days, 1d to ${MOST_HORIZON_DAYS}d, such as 90d.`);
}

function precision(typed: string): number {
  const share = Number(typed);
  if (typed.trim() !== '' && share > 0 && share <= 1) return share;
  throw new InvalidArgumentError('Give a share above 0 and up to 1, such as 0.2.');
}
