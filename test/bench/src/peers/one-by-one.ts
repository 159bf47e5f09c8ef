import { loadSql } from '@millrace/platform-clickhouse';

import type { Scored } from '../scoring/run-scoring';
import type { Inputs } from './inputs';
import { measureWay } from './measure-way';

/** As many as a small consumer handles at a time. */
const AT_ONCE = 8;

interface Day {
  readonly age: number;
  readonly signal_class: string;
  readonly count: number;
}

interface OneByOne {
  readonly signals: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rowsWritten: number;
  readonly differ: number;
}

/**
 * The way without batches: for each signal of the newest day its person's days are read, the score is computed and one row is upserted.
 * Days lie ready by person, and so does what does not change with a signal (fit, rfm, intent): both are given for nothing.
 */
export async function scoreOneByOne(
  { clickhouse, stack, runIds }: Scored,
  { params }: Inputs,
  sample: number,
): Promise<OneByOne> {
  const plain = loadSql(__dirname, 'sql/plain-lead-score.sql');
  await clickhouse.command(
    `create table peer_days engine = MergeTree order by person_id as
     select people.person_id as person_id, toInt64({as_of_date: Date} - days.day) as age, days.signal_class::String as signal_class, sum(days.count) as count
     from person_days as days
     inner join (
       select person_id, member.1 as kind, member.2 as name from people_as_of_of(run_id = {people: String}) array join identities as member
     ) as people on days.identity_kind = people.kind and days.identity = people.name
     where days.day < {as_of_date: Date} and days.day >= {as_of_date: Date} - {look_back_days: UInt32}
     group by person_id, age, signal_class`,
    params,
  );
  await clickhouse.command(
    `create table peer_base engine = MergeTree order by person_id as
     select person_id, total_micro as base_micro from (${plain.replace('ifNull(engagement.micro, 0)', '0')})`,
    params,
  );
  await clickhouse.command(
    'create table peer_single (person_id String, score UInt8) engine = ReplacingMergeTree order by person_id',
  );
  const signals = await clickhouse.query<{ person_id: string }>(
    'select person_id from peer_days array join range(toUInt64(count)) as copy where age = 1 order by cityHash64(person_id, signal_class, copy) limit {sample: UInt32}',
    { sample },
  );
  const weights = weightsOf(params);
  const usage = measureWay(stack);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n < signals.length; n = next++) {
      const person = signals[n] as { person_id: string };
      const days = await clickhouse.query<Day>(
        'select age, signal_class, count from peer_days where person_id = {person_id: String}',
        person,
      );
      const base = await clickhouse.queryOne<{ base_micro: number }>(
        'select base_micro from peer_base where person_id = {person_id: String}',
        person,
      );
      const score = scoreOf(days, base?.base_micro ?? 0, weights);
      await clickhouse.insertRows('peer_single', [{ ...person, score }]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const used = usage();
  const people = new Set(signals.map(({ person_id }) => person_id)).size;
  const equal = await clickhouse.queryOne<{ n: number }>(
    `select count() as n from peer_single as single final
     inner join (select entity_id, score from score_rows final where run_id = {run: String}) as own on single.person_id = own.entity_id
     where single.score = own.score`,
    { run: runIds['lead_score'] },
  );
  return { ...used, signals: signals.length, rowsWritten: signals.length, differ: people - (equal?.n ?? NaN) };
}

interface Weights {
  readonly of: ReadonlyMap<string, { readonly weight: bigint; readonly cap: number; readonly halfLife: number }>;
  readonly maximum: bigint;
  readonly half: bigint;
}

const MILLION = 1_000_000n;

function weightsOf(params: Inputs['params']): Weights {
  const { classes, weights, caps, half_lives, engagement_maximum, half_saturation } = params as Record<string, unknown>;
  const at = (list: unknown, index: number): number => (list as number[])[index] ?? 0;
  const entries = (classes as string[]).map((name, index) => {
    return [
      name,
      { weight: BigInt(at(weights, index)), cap: at(caps, index), halfLife: at(half_lives, index) },
    ] as const;
  });
  return {
    of: new Map(entries),
    maximum: BigInt(engagement_maximum as number),
    half: BigInt(half_saturation as number),
  };
}

function scoreOf(days: readonly Day[], base: number, { of, maximum, half }: Weights): number {
  let raw = 0n;
  for (const { age, signal_class, count } of days) {
    const known = of.get(signal_class);
    if (known === undefined) continue;
    const decay = BigInt(Math.round(2 ** (-(age - 1) / known.halfLife) * 1e6));
    raw += (known.weight * BigInt(Math.min(count, known.cap)) * decay) / MILLION;
  }
  const total = Number((maximum * raw) / (raw + half)) + base;
  return Math.min(100, Math.max(0, Math.floor((total + 500_000) / 1_000_000)));
}
