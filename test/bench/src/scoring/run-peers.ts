import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findModel, parseModelSettings, type LeadScoreSettings, type SqlStep } from '@millrace/catalog-models';
import { loadSql } from '@millrace/platform-clickhouse';

import type { Inputs } from '../peers/inputs';
import { measureWay } from '../peers/measure-way';
import { scoreOneByOne } from '../peers/one-by-one';
import { scoreInPandas } from '../peers/pandas';
import { millrace } from '../river/millrace-command';
import { NIGHT, runScoring, type Scored } from './run-scoring';

/** One way to bring lead scores up to date with a day's signals. */
export interface PeerResult {
  readonly way: string;
  readonly people: number;
  /** That it was measured with. */
  readonly signals: number;
  readonly seconds: number;
  /** Of ClickHouse and of every process of this way. */
  readonly cpuSeconds: number;
  readonly rowsWritten: number;
  /** That a destination would get. */
  readonly calls: number;
  /** People whose score is not Millrace's, or who have none. */
  readonly differ: number;
  readonly note: string;
}

const BATCH = 100;
/** A change that a destination hears of, in points: the default of a destination's mapping. */
const MATERIAL = 5;

/** The same lead score by other means, over the same people, after Millrace's own two nights. */
export async function runPeers(people: number, sample: number, say: (line: string) => void): Promise<PeerResult[]> {
  const results: PeerResult[] = [];
  const jobs = NIGHT.jobs.slice(0, NIGHT.jobs.indexOf('lead_score') + 1);
  const runs = await runScoring({ ...NIGHT, jobs }, [people], say, async (scored) => {
    results.push(...(await comparePeers(scored, sample, say)));
  });
  const own = runs.find(({ model }) => model === 'lead_score');
  return results.map((row) =>
    row.way === MILLRACE ? { ...row, seconds: own?.seconds ?? NaN, cpuSeconds: own?.allCpuSeconds ?? NaN } : row,
  );
}

export const MILLRACE = 'Millrace, a night';
export const ONE_BY_ONE = 'one by one, the whole day';

async function comparePeers(scored: Scored, sample: number, say: (line: string) => void): Promise<PeerResult[]> {
  const { stack, clickhouse, people, asOfDate, runIds } = scored;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-peers-'));
  const inputs: Inputs = { folder, params: paramsOf(scored) };
  const count = async (sql: string, more: object = {}): Promise<number> =>
    (await clickhouse.queryOne<{ n: number }>(sql, { ...inputs.params, ...more }))?.n ?? NaN;
  try {
    const signals = await count('select sum(count) as n from person_days where day = {as_of_date: Date} - 1');
    await clickhouse.command('system flush logs query_log');
    const rowsWritten = await count(
      "select sum(written_rows) as n from system.query_log where type = 'QueryFinish' and current_database = currentDatabase() and log_comment = {run: String}",
      { run: runIds['lead_score'] },
    );
    say('the night before, to see what changes');
    const before = await millrace<{ run: { run_id: string } }>(
      ['run', 'lead_score', '--as-of', `${dayBefore(asOfDate)}T02:00:00-05:00`, '--partial', '--no-deliver'],
      { ...stack.environment, LOG_LEVEL: 'warn', TIME_ZONE: 'America/New_York', ENTITIES_WAIT_SECONDS: '0' },
    );
    const changed = await count(
      `select countIf(abs(toInt32(new.score) - toInt32(old.score)) >= ${MATERIAL}) as n
       from (select entity_id, score from score_rows final where run_id = {run: String}) as new
       inner join (select entity_id, score from score_rows final where run_id = {before: String}) as old using (entity_id)`,
      { run: runIds['lead_score'], before: before.run.run_id },
    );
    const results: PeerResult[] = [
      {
        way: MILLRACE,
        people,
        signals,
        seconds: NaN,
        cpuSeconds: NaN,
        rowsWritten,
        calls: Math.ceil(changed / BATCH),
        differ: 0,
        note: `contributions, reasons, stages, history; ${changed} scores moved by ${MATERIAL} points or more`,
      },
    ];
    const differing = (table: string): Promise<number> =>
      count(
        `select count() as n from (select entity_id, score from score_rows final where run_id = {run: String}) as own
         left join ${table} as other on own.entity_id = other.person_id
         where other.person_id = '' or other.score != own.score`,
        { run: runIds['lead_score'] },
      );

    say('plain SQL');
    await clickhouse.command(`create table peer_plain (person_id String, fit_micro Int64, total_micro Int64, score UInt8)
      engine = MergeTree order by person_id`);
    const usage = measureWay(stack);
    const plain = loadSql(join(__dirname, '../peers'), 'sql/plain-lead-score.sql');
    await clickhouse.command(`insert into peer_plain ${plain}`, inputs.params);
    const used = usage();
    results.push({
      way: 'plain SQL, a night',
      people,
      signals,
      ...used,
      rowsWritten: await count('select count() as n from peer_plain'),
      calls: Math.ceil(people / BATCH),
      differ: await differing('peer_plain'),
      note: 'the score alone; every score is sent',
    });

    say('pandas');
    const pandas = await scoreInPandas(scored, inputs, say);
    results.push({
      way: 'pandas, a night',
      people,
      signals,
      calls: Math.ceil(people / BATCH),
      ...(typeof pandas === 'string'
        ? { seconds: NaN, cpuSeconds: NaN, rowsWritten: NaN, differ: NaN, note: pandas }
        : { ...pandas, differ: await differing('peer_pandas'), note: 'the score alone; with export and import' }),
    });

    say(`${sample} signals one by one`);
    const single = await scoreOneByOne(scored, inputs, sample);
    const scale = signals / single.signals;
    const scaled = { people, calls: signals, differ: single.differ };
    results.push(
      {
        way: 'one by one, the sample',
        ...single,
        people,
        calls: single.signals,
        note: 'eight at once; the score alone',
      },
      {
        way: ONE_BY_ONE,
        ...scaled,
        signals,
        seconds: single.seconds * scale,
        cpuSeconds: single.cpuSeconds * scale,
        rowsWritten: signals,
        note: 'scaled from the sample',
      },
    );
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function paramsOf({ asOfDate, runIds }: Scored): Inputs['params'] {
  const model = findModel('lead_score');
  if (model.kind !== 'score') throw new Error('lead_score is not a score');
  const settings = parseModelSettings(model, {}, 'defaults').settings as LeadScoreSettings;
  const [step] = model.score;
  const bound = (step as SqlStep).params?.(settings, { asOfDate, zone: 'America/New_York' });
  const classes = Object.entries(settings.engagement.classes);
  return {
    ...bound,
    as_of_date: asOfDate,
    look_back_days: settings.look_back_days,
    classes: classes.map(([name]) => name),
    weights: classes.map(([, { weight }]) => Math.round(weight * 1e6)),
    caps: classes.map(([, { daily_cap }]) => daily_cap),
    half_lives: classes.map(([, { half_life_days }]) => half_life_days),
    people: runIds['people_as_of'],
    accounts: runIds['accounts_as_of'],
    rfm: runIds['rfm'],
    intent: runIds['intent'],
  };
}

const dayBefore = (date: string): string => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
