import { randomUUID } from 'node:crypto';

import { hashOf, type Rollup, type SqlStep } from '@millrace/catalog-models';
import { dayOf, type SealedParams, type SealStep } from '@millrace/contract-window';
import { loadSql, type ClickHouse, type QueryParams } from '@millrace/platform-clickhouse';

import type { SealedReads } from '../chain/sealed-reads';
import { buildDuration, builtDays } from '../metrics';
import { insertSelect } from '../runs/insert-select';
import { modelSql } from '../runs/model-sql';
import { dayBounds, isCompleteAt, newlyCompleteDays, touchedSteps, utcLiteral, type DaySpill } from './touched-days';

export interface DayBuild {
  readonly day: string;
  readonly build_id: string;
  /** Newest step that changed the day, at or before the one asked for. */
  readonly touched_step: number;
}

interface KnownBuild {
  readonly day: string;
  readonly build_id: string;
  readonly newest_step: number;
  readonly is_complete: boolean;
}

export interface RollupBuilderDeps {
  readonly clickhouse: ClickHouse;
  readonly model: Rollup;
  readonly zone: string;
  readonly settings: object;
  readonly settingsHash: string;
  readonly sealed: SealedReads;
}

export interface EnsureOptions {
  readonly needsCompleteness?: boolean;
  /** Epoch milliseconds within `toDay`. */
  readonly until?: number;
  /** Of the days only these. */
  readonly only?: ReadonlySet<string>;
  /** Ends it between two days; it throws the signal's reason then. */
  readonly signal?: AbortSignal;
}

/** Builds the local days of one rollup as of a seal step, and finds the builds that a reader as of a step may use. */
export interface RollupBuilder {
  readonly model: Rollup;
  readonly definitionHash: string;
  /**
   * One build for every day of [fromDay, toDay] that has signals as of `head`. A build of an older step serves as long as
   * no later step up to `head` touched the day; what is missing is built. With `needsCompleteness`, a build made before
   * the day was complete is made again, for readers of `is_complete`. With `until`, signals of `toDay` from that instant on are
   * left out.
   */
  ensureDays(fromDay: string, toDay: string, head: SealStep, options?: EnsureOptions): Promise<DayBuild[]>;
  /** Days that became complete since the chain had sealed through `previousT`. */
  newlyCompleteDays(previousT: number, head: SealStep): string[];
  /** Days that steps after `afterStep`, up to `head`, touched. */
  daysTouchedAfter(afterStep: number, head: SealStep): Promise<string[]>;
}

/** Newest step as of which a day of a rollup is built; 0 before the first. */
export async function builtThrough(clickhouse: ClickHouse): Promise<number> {
  const row = await clickhouse.queryOne<{ step: number }>('select max(step) as step from rollup_builds');
  return row?.step ?? 0;
}

export function createRollupBuilder(deps: RollupBuilderDeps): RollupBuilder {
  const { clickhouse, model, zone, settings, sealed } = deps;
  const spill: DaySpill = { zone, spillMs: model.spillMs?.(settings) ?? 0 };
  const isComplete = (day: string, head: SealStep): boolean =>
    isCompleteAt(head.closed_through, dayOf(day, zone), head, spill);
  const definitionHash = hashOf([model.version, deps.settingsHash]);

  const touchedDays = async (
    from: number,
    to: number,
    afterStep: number,
    head: SealStep,
    bound: SealedParams,
  ): Promise<Map<string, number>> => {
    const windows = await clickhouse.query<{ window_start_ms: number; touched_step: number }>(
      loadSql(__dirname, 'sql/touched-windows.sql'),
      {
        from: utcLiteral(from),
        to: utcLiteral(to),
        after_step: afterStep,
        ...bound,
      },
    );
    const rows = windows.map(({ window_start_ms, touched_step }) => ({
      window_start: window_start_ms,
      step: touched_step,
    }));
    // A rebuild may leave a window without rows: its whole range is touched.
    for (const [step, rebuiltFrom, rebuiltTo] of bound.rebuilds) {
      if (step <= afterStep) continue;
      const end = Math.min(rebuiltTo * 1000, to);
      for (let start = Math.max(rebuiltFrom * 1000, from); start < end; start += head.window.size_ms) {
        rows.push({ window_start: start, step });
      }
    }
    return touchedSteps(rows, head.window.size_ms, spill);
  };

  const buildDay = async (day: string, head: SealStep, bound: SealedParams, until: number): Promise<string> => {
    const startedAt = performance.now();
    const buildId = randomUUID();
    const common = {
      ...dayBounds(day, head.window.size_ms, spill),
      ...(until > 0 ? { day_end: utcLiteral(until), visit_end: utcLiteral(until) } : {}),
      ...bound,
      build_id: buildId,
      is_complete: isComplete(day, head),
    };
    const run = { asOfDate: day, zone };
    const paramsOf = ({ params }: Pick<SqlStep, 'params'>): QueryParams => ({ ...common, ...params?.(settings, run) });
    for (const step of model.build) {
      await insertSelect(clickhouse, step.into, modelSql(model, step.sql), paramsOf(step));
    }
    const { counts: count } = model;
    const counts = count === undefined ? {} : await clickhouse.queryOne(modelSql(model, count.sql), paramsOf(count));
    const durationMs = Math.round(performance.now() - startedAt);
    await clickhouse.insertRows('rollup_builds', [
      {
        model: model.name,
        day,
        zone,
        build_id: buildId,
        step: head.step,
        definition_hash: definitionHash,
        until: utcLiteral(until),
        is_complete: common.is_complete,
        counts: counts ?? {},
        duration_ms: durationMs,
      },
    ]);
    buildDuration.observe({ model: model.name }, durationMs / 1000);
    builtDays.inc({ model: model.name });
    return buildId;
  };

  return {
    model,
    definitionHash,
    newlyCompleteDays: (previousT, head) => newlyCompleteDays(previousT, head, spill),

    async ensureDays(fromDay, toDay, head, { needsCompleteness = false, until = 0, only, signal } = {}) {
      const from = dayOf(fromDay, zone);
      const to = dayOf(toDay, zone);
      const margin = spill.spillMs + head.window.size_ms;
      const bound = await sealed.asOf(head);
      const touched = await touchedDays(from.start - margin, to.end + margin, 0, head, bound);
      const known = await clickhouse.query<KnownBuild>(loadSql(__dirname, 'sql/newest-builds.sql'), {
        model: model.name,
        zone,
        definition_hash: definitionHash,
        from_day: fromDay,
        to_day: toDay,
        until: utcLiteral(until),
        as_of_step: head.step,
      });
      const newest = new Map(known.map((build) => [build.day, build]));
      const days = [...touched]
        .filter(([day]) => day >= fromDay && day <= toDay && (only === undefined || only.has(day)))
        .sort();
      const builds: DayBuild[] = [];
      for (const [day, touchedStep] of days) {
        signal?.throwIfAborted();
        const build = newest.get(day);
        const isStale =
          build === undefined ||
          build.newest_step < touchedStep ||
          (needsCompleteness && build.is_complete !== isComplete(day, head));
        const buildId = isStale ? await buildDay(day, head, bound, day === toDay ? until : 0) : build.build_id;
        builds.push({ day, build_id: buildId, touched_step: touchedStep });
      }
      return builds;
    },

    async daysTouchedAfter(afterStep, head) {
      const bound = await sealed.asOf(head);
      return [...(await touchedDays(0, head.closed_through, afterStep, head, bound)).keys()].sort();
    },
  };
}
