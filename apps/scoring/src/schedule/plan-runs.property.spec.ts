import type { Schedule } from '@millrace/catalog-models';
import { tickDoneKey, tickKey, type ScoreDecision } from '@millrace/contract-score';
import type { Entry } from '@millrace/platform-kafka';
import { testSeed } from '@millrace/platform-testing';
import fc from 'fast-check';
import { DateTime } from 'luxon';

import type { SealHead } from '../chain/seal-head';
import { createDecisionIndex, type DecisionIndex } from './decision-index';
import { planRuns, type ScheduledModel } from './plan-runs';
import { createTicker, type Ticker } from './ticks';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CATCH_UP = 14 * DAY;
const START = Date.parse('2026-02-20T12:00Z');
const END = START + 75 * DAY;
const ZONES = ['America/New_York', 'Europe/Berlin', 'America/Havana', 'UTC'];
const CRONS = ['0 2 * * *', '30 2 * * *', '0 */4 * * *', '30 0 * * 1', '0 3 1 * *'];

/** All ticks of a schedule about the horizon, found forward once: the spec asks them thousands of times. */
const allTicks = new Map<string, readonly number[]>();
function ticksOf(cron: string, zone: string): readonly number[] {
  const key = `${cron} ${zone}`;
  const known = allTicks.get(key);
  if (known !== undefined) return known;
  const { next } = createTicker(cron, zone);
  const ticks: number[] = [];
  for (let tick = next(START - 70 * DAY); tick !== null && tick < END + 40 * DAY; tick = next(tick)) ticks.push(tick);
  allTicks.set(key, ticks);
  return ticks;
}
const tickerOf = (ticks: readonly number[]): Ticker => {
  const newest = (now: number): number | null => ticks.findLast((tick) => tick <= now) ?? null;
  return {
    newest,
    next: (now) => ticks.find((tick) => tick > now) ?? null,
    previous: (instant) => newest(instant - 1),
    between: (from, through) => ticks.filter((tick) => tick >= from && tick <= through),
    isTick: (instant) => ticks.includes(instant),
  };
};

interface Made extends ScheduledModel {
  readonly ticks: readonly number[];
  readonly zone: string;
}

/** Models m0, m1, ...; each may come after, or read the same instant of, those before it. */
const models = fc
  .array(
    fc.record({
      cron: fc.constantFrom(...CRONS),
      zone: fc.constantFrom(...ZONES),
      through: fc.constantFrom<Schedule['through']>('last_complete_day', 'last_sealed_hour'),
      catchUp: fc.boolean(),
      spillMs: fc.constantFrom(0, 30 * MINUTE),
      upstreams: fc.array(fc.tuple(fc.nat(4), fc.boolean()), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((drawn) =>
    drawn.map(({ cron, zone, through, catchUp, spillMs, upstreams }, index): Made => {
      const named = (isAfter: boolean): string[] => [
        ...new Set(upstreams.flatMap(([of, after]) => (of < index && after === isAfter ? [`m${of}`] : []))),
      ];
      const rest = { overlap: 'queue', partial_at: '05:00', deadline: '06:00' } as const;
      const ticks = ticksOf(cron, zone);
      return {
        name: `m${index}`,
        schedule: { cron, zone, through, after: named(true), catch_up: catchUp, ...rest },
        ticker: tickerOf(ticks),
        sameInstant: named(false),
        spillMs,
        ticks,
        zone,
      };
    }),
  )
  .chain((made) => fc.shuffledSubarray(made, { minLength: made.length }));

/** Instants at which somebody looks: minutes or hours apart, and now and then days of downtime. */
const looks = fc
  .array(
    fc.oneof(
      { weight: 30, arbitrary: fc.integer({ min: 1, max: 900 }).map((minutes) => minutes * MINUTE) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 25 * 24 }).map((hours) => hours * HOUR) },
    ),
    { minLength: 50, maxLength: 150 },
  )
  .map((gaps) => {
    let now = START;
    return [START, ...gaps.map((gap) => (now += gap))].filter((look) => look <= END);
  });

/** After a gap of a day and more another process looks: when it started. */
function startOf(at: readonly number[], now: number): number {
  let start = START;
  for (let index = 1; index < at.length && (at[index] as number) <= now; index++) {
    if ((at[index] as number) - (at[index - 1] as number) >= DAY) start = at[index] as number;
  }
  return start;
}

const headAt = (now: number): SealHead => ({
  closedThrough: Math.floor((now - 10 * MINUTE) / HOUR) * HOUR + 10 * MINUTE,
  windowSizeMs: HOUR,
  graceMs: 10 * MINUTE,
});

/** What was settled, in order: model, tick, and when. */
type Settled = { readonly model: string; readonly asOf: number; readonly at: number }[];

/** The log of decisions, into which ticks are settled as published, failed or skipped in turn. */
function madeLog(): {
  readonly index: DecisionIndex;
  settle(model: string, asOf: number, at: number, turn: number): void;
} {
  const listeners: ((entry: Entry<ScoreDecision>) => void)[] = [];
  const index = createDecisionIndex({
    entries: () => [],
    onEntry: (listener) => {
      listeners.push(listener);
      return () => undefined;
    },
  });
  let offset = 0n;
  return {
    index,
    settle(model, asOf, at, turn) {
      const claim = { kind: 'tick', job: model, scheduled_at: asOf, epoch: 0, replica: 'a', claimed_at: at } as const;
      const done = { kind: 'tick_done', job: model, scheduled_at: asOf } as const;
      const value = (
        turn % 3 === 0
          ? { kind: 'run', model, as_of: asOf }
          : { ...done, outcome: turn % 3 === 1 ? 'failed' : 'skipped' }
      ) as ScoreDecision;
      for (const listener of listeners) {
        listener({ key: tickKey(model, asOf, 0), value: claim, offset: offset++, appendedAt: at });
        listener({ key: tickDoneKey(model, asOf), value, offset: offset++, appendedAt: at });
      }
    },
  };
}

/** Whoever looks works off what waits for nothing, asking again after each run. */
function follow(made: readonly ScheduledModel[], at: readonly number[], seed: number): Settled {
  const { index, settle } = madeLog();
  const settled: Settled = [];
  for (const now of at) {
    for (;;) {
      const settings = { startedAt: startOf(at, now), catchUpMs: CATCH_UP, zone: 'UTC' };
      const ready = planRuns(made, index, headAt(now), now, settings).find(({ waitsFor }) => waitsFor.length === 0);
      if (ready === undefined) break;
      settle(ready.model, ready.asOf, now, seed + settled.length);
      settled.push({ model: ready.model, asOf: ready.asOf, at: now });
    }
  }
  return settled;
}

/** The same by the words of the rules alone, over all ticks there are, in whatever order it comes. */
function oracle(made: readonly Made[], at: readonly number[]): Settled {
  const settled: Settled = [];
  const known = new Set<string>();
  const isSettled = (model: string, tick: number): boolean => known.has(`${model} ${tick}`);
  const open = ({ name, ticks, schedule }: Made, now: number): number[] => {
    const due = ticks.filter((tick) => tick <= now);
    const first = settled.find((one) => one.model === name)?.asOf;
    const from = Math.min(first ?? END, startOf(at, now));
    const newest = due.at(-1);
    if (newest === undefined) return [];
    const period = (ticks.find((tick) => tick > now) as number) - newest;
    return due
      .filter((tick) => tick >= from && (now - tick <= CATCH_UP || now - tick <= period))
      .filter((tick) => schedule.catch_up || tick === newest)
      .filter((tick) => !isSettled(name, tick));
  };
  const isSealed = ({ schedule, zone, spillMs }: Made, tick: number, now: number): boolean => {
    const midnight = DateTime.fromMillis(tick, { zone }).startOf('day').toMillis();
    const through = schedule.through === 'last_sealed_hour' ? Math.floor(tick / HOUR) * HOUR : midnight + spillMs;
    return Math.ceil(through / HOUR) * HOUR + 10 * MINUTE <= headAt(now).closedThrough;
  };
  const mayBegin = (model: Made, tick: number, now: number): boolean => {
    const before = model.ticks.findLast((one) => one < tick) as number;
    return made.every((other) => {
      const isAfter = model.schedule.after.includes(other.name);
      const isSame = model.sameInstant.includes(other.name);
      return !open(other, now).some((one) => (isAfter && one > before && one <= tick) || (isSame && one === tick));
    });
  };
  for (const now of at) {
    for (let isMoving = true; isMoving;) {
      isMoving = false;
      for (const model of made) {
        const tick = open(model, now)[0];
        if (tick === undefined || !isSealed(model, tick, now) || !mayBegin(model, tick, now)) continue;
        settled.push({ model: model.name, asOf: tick, at: now });
        known.add(`${model.name} ${tick}`);
        isMoving = true;
      }
    }
  }
  return settled;
}

const inOrder = (settled: Settled): Settled =>
  [...settled].sort((a, b) => (a.model === b.model ? a.asOf - b.asOf : a.model < b.model ? -1 : 1));
const ticksSettled = (settled: Settled): string[] =>
  inOrder(settled).map(({ model, asOf }) => `${model} ${new Date(asOf).toISOString()}`);

describe('planRuns, followed through downtimes and failures,', () => {
  it('settles exactly the ticks that the rules name, when they name them', () => {
    fc.assert(
      fc.property(models, looks, fc.nat(2), (made, at, seed) => {
        expect(inOrder(follow(made, at, seed))).toEqual(inOrder(oracle(made, at)));
      }),
      { seed: testSeed(), numRuns: 25 },
    );
  });

  it('settles each tick once, a model in order, nothing before what it comes after, and never the future', () => {
    fc.assert(
      fc.property(models, looks, fc.nat(2), (made, at, seed) => {
        const settled = follow(made, at, seed);
        const newest = new Map<string, number>();
        const wrong = settled.filter(({ model, asOf, at: now }, index) => {
          const isInOrder = asOf <= now && asOf > (newest.get(model) ?? 0);
          newest.set(model, asOf);
          const { schedule, ticker, sameInstant } = made.find(({ name }) => name === model) as Made;
          const since = ticker.previous(asOf) ?? 0;
          const isEarly = settled.slice(index + 1).some((later) => {
            const isAfter = schedule.after.includes(later.model) && later.asOf > since && later.asOf <= asOf;
            return isAfter || (sameInstant.includes(later.model) && later.asOf === asOf);
          });
          return !isInOrder || isEarly;
        });
        expect(wrong).toEqual([]);
      }),
      { seed: testSeed(), numRuns: 25 },
    );
  });

  it('three days down and then caught up are the same runs as without, once each model was up', () => {
    fc.assert(
      fc.property(models, fc.integer({ min: 12, max: 34 }), (made, day) => {
        const caughtUp = made.map((model) => ({ ...model, schedule: { ...model.schedule, catch_up: true } }));
        const hourly = Array.from({ length: 40 * 24 }, (_, hour) => START + hour * HOUR);
        const from = START + day * DAY;
        const down = hourly.filter((look) => look < from || look >= from + 3 * DAY);
        expect(ticksSettled(follow(caughtUp, down, 0))).toEqual(ticksSettled(follow(caughtUp, hourly, 0)));
      }),
      { seed: testSeed(), numRuns: 3 },
    );
  });
});
