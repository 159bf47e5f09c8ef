import { randomUUID } from 'node:crypto';

import { hashOf, identities, personDays, rulesAsParams, type PersonDaysSettings } from '@millrace/catalog-models';
import { dayOf, isDayComplete, type SealedParams, type SealStep } from '@millrace/contract-window';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import type { SealedReads } from '../chain/sealed-reads';
import { buildDuration, builtDays } from '../metrics';
import { dayBounds, touchedSteps, utcLiteral, type DaySpill } from './touched-days';

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

export interface DayBuilderDeps {
  readonly clickhouse: ClickHouse;
  readonly zone: string;
  readonly settings: PersonDaysSettings;
  readonly settingsHash: string;
  readonly sealed: SealedReads;
}

/** Builds the rollups of local days as of a seal step, and finds the builds that a reader as of a step may use. */
export interface DayBuilder {
  readonly definitionHash: string;
  /**
   * One build for every day of [fromDay, toDay] that has signals as of `head`. A build of an older step serves as long as
   * no later step up to `head` touched the day; what is missing is built. With `needsCompleteness`, a build made before
   * the day was complete is made again, for readers of `is_complete`.
   */
  ensureDays(fromDay: string, toDay: string, head: SealStep, needsCompleteness?: boolean): Promise<DayBuild[]>;
  /** Days that steps after `afterStep`, up to `head`, touched. */
  daysTouchedAfter(afterStep: number, head: SealStep): Promise<string[]>;
}

/** Newest step as of which a day is built; 0 before the first. */
export async function builtThrough(clickhouse: ClickHouse): Promise<number> {
  const row = await clickhouse.queryOne<{ step: number }>('select max(step) as step from person_day_builds');
  return row?.step ?? 0;
}

export function createDayBuilder({ clickhouse, zone, settings, settingsHash, sealed }: DayBuilderDeps): DayBuilder {
  const spill: DaySpill = { zone, inactivityMs: settings.session.inactivity_minutes * 60_000 };
  const definitionHash = hashOf([personDays.version, identities.version, settingsHash]);
  const fixedParams = {
    ...rulesAsParams(settings.rules),
    page_types: settings.session.page_types,
    inactivity_ms: spill.inactivityMs,
    minimum_pages: settings.session.minimum_pages,
    minimum_ms: settings.session.minimum_seconds * 1000,
  };

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

  const buildDay = async (day: string, head: SealStep, bound: SealedParams): Promise<string> => {
    const startedAt = performance.now();
    const buildId = randomUUID();
    const isComplete = isDayComplete(dayOf(day, zone), head.closed_through, head.window.grace_ms);
    const bounds = dayBounds(day, head.window.size_ms, spill);
    const params = { ...fixedParams, ...bounds, ...bound, build_id: buildId, is_complete: isComplete };
    await clickhouse.command(loadSql(personDays.folder, personDays.sql.build), params);
    await clickhouse.command(loadSql(identities.folder, identities.sql.build), {
      ...bounds,
      ...bound,
      build_id: buildId,
    });
    const counts = await clickhouse.queryOne(loadSql(personDays.folder, personDays.sql.count), { ...bounds, ...bound });
    const rows = await clickhouse.queryOne<{ n: number }>(
      'select count() as n from person_day_rows where day = {day: Date} and build_id = {build_id: UUID}',
      { day, build_id: buildId },
    );
    const durationMs = Math.round(performance.now() - startedAt);
    await clickhouse.insertRows('person_day_builds', [
      {
        day,
        zone,
        build_id: buildId,
        step: head.step,
        definition_hash: definitionHash,
        is_complete: isComplete,
        ...counts,
        row_count: rows?.n ?? 0,
        duration_ms: durationMs,
      },
    ]);
    buildDuration.observe(durationMs / 1000);
    builtDays.inc();
    return buildId;
  };

  return {
    definitionHash,

    async ensureDays(fromDay, toDay, head, needsCompleteness = false) {
      const from = dayOf(fromDay, zone);
      const to = dayOf(toDay, zone);
      const margin = spill.inactivityMs + head.window.size_ms;
      const bound = await sealed.asOf(head);
      const touched = await touchedDays(from.start - margin, to.end, 0, head, bound);
      const known = await clickhouse.query<KnownBuild>(loadSql(__dirname, 'sql/newest-builds.sql'), {
        zone,
        definition_hash: definitionHash,
        from_day: fromDay,
        to_day: toDay,
        as_of_step: head.step,
      });
      const newest = new Map(known.map((build) => [build.day, build]));
      const days = [...touched].filter(([day]) => day >= fromDay && day <= toDay).sort();
      const builds: DayBuild[] = [];
      for (const [day, touchedStep] of days) {
        const build = newest.get(day);
        const isStale =
          build === undefined ||
          build.newest_step < touchedStep ||
          (needsCompleteness &&
            build.is_complete !== isDayComplete(dayOf(day, zone), head.closed_through, head.window.grace_ms));
        const buildId = isStale ? await buildDay(day, head, bound) : build.build_id;
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
