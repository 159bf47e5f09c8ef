import type { Schedule } from '@millrace/catalog-models';
import { closedBefore, dayAt, windowStartOf } from '@millrace/contract-window';

import type { SealHead } from '../chain/seal-head';
import { orderSchedules, upstreamsOf } from './order-schedules';
import type { TickState } from './tick-state';
import type { Ticker } from './ticks';

/** A model as its schedule sees it. */
export interface ScheduledModel {
  readonly name: string;
  readonly schedule: Schedule;
  readonly ticker: Ticker;
  /** Models whose run of the same instant it reads. */
  readonly sameInstant: readonly string[];
  /** How far past the end of a local day its inputs read, milliseconds. */
  readonly spillMs: number;
}

/** What the log has decided (decision-index.ts). */
export interface DecisionView {
  tickState(model: string, instant: number): TickState;
  /** The instant from which ticks of the model count; undefined as long as nothing was decided for it. */
  firstDecisionAt(model: string): number | undefined;
}

export interface PlanSettings {
  /** When this replica started: a model for which nothing was ever decided begins with its first tick from then on. */
  readonly startedAt: number;
  /** Missed ticks older than this are left, except within one period of the schedule. */
  readonly catchUpMs: number;
  /** Zone of the local days of schedules that name none. */
  readonly zone: string;
}

/** Windows as `from/to` instants; a run as `model@instant`. */
export type Wait = { readonly window: string } | { readonly run: string };

/** A tick that is due and not settled. */
export interface PlannedRun {
  readonly model: string;
  /** The instant of the tick, epoch milliseconds. */
  readonly asOf: number;
  readonly purpose: 'publish';
  /** Empty: it may begin. A tick behind another of its model names that one only. */
  readonly waitsFor: readonly Wait[];
}

export const NO_WINDOW = 'no window has been sealed yet';

/**
 * Ticks that are due and neither run, failed nor skipped, oldest first; of one instant, those that others wait for first. Pure:
 * the same log, head and instant give the same plan on every replica. Work is bounded by the ticks within the catch-up limit.
 * Throws ConfigError when `after` is a circle or names what has no schedule.
 */
export function planRuns(
  models: readonly ScheduledModel[],
  log: DecisionView,
  head: SealHead | undefined,
  now: number,
  settings: PlanSettings,
): PlannedRun[] {
  const ordered = orderSchedules(models);
  const open = new Map(ordered.map((model) => [model.name, openTicks(model, log, now, settings)]));
  const planned = ordered.flatMap((model) => {
    const ticks = open.get(model.name) ?? [];
    return ticks.map((asOf, index): PlannedRun => {
      const before = ticks[index - 1];
      const waitsFor =
        before === undefined
          ? [...runsToWaitFor(model, asOf, open), ...windowsToWaitFor(model, asOf, head, settings.zone)]
          : [{ run: runName(model.name, before) }];
      return { model: model.name, asOf, purpose: 'publish', waitsFor };
    });
  });
  // A stable sort: of one instant the order of the models stays.
  return planned.sort((a, b) => a.asOf - b.asOf);
}

export const runName = (model: string, asOf: number): string => `${model}@${new Date(asOf).toISOString()}`;

/** Due ticks of a model that somebody has to settle, ascending. */
function openTicks(
  { name, schedule, ticker }: ScheduledModel,
  log: DecisionView,
  now: number,
  { startedAt, catchUpMs }: PlanSettings,
): readonly number[] {
  const newest = ticker.newest(now);
  if (newest === null) return [];
  const countsFrom = Math.min(startedAt, log.firstDecisionAt(name) ?? startedAt);
  const oldest = Math.max(countsFrom, now - Math.max(catchUpMs, periodFrom(newest, ticker)));
  if (newest < oldest) return [];
  const due = schedule.catch_up ? ticker.between(oldest, newest) : [newest];
  return due.filter((tick) => !log.tickState(name, tick).isDone);
}

/** From the newest tick to the one after it, milliseconds: the newest tick of a monthly schedule is never too old. */
function periodFrom(newest: number, ticker: Ticker): number {
  const next = ticker.next(newest);
  return next === null ? Infinity : next - newest;
}

/** Open ticks of other models in (own previous tick, own tick], and the one of the very instant that the run reads. */
function runsToWaitFor(model: ScheduledModel, asOf: number, open: ReadonlyMap<string, readonly number[]>): Wait[] {
  const upstreams = upstreamsOf(model).filter((name) => (open.get(name)?.length ?? 0) > 0);
  if (upstreams.length === 0) return [];
  const previous = model.ticker.previous(asOf) ?? -Infinity;
  return upstreams.flatMap((name) => {
    const isAfter = model.schedule.after.includes(name);
    const ticks = (open.get(name) ?? []).filter((tick) => (isAfter ? tick > previous && tick <= asOf : tick === asOf));
    return ticks.map((tick) => ({ run: runName(name, tick) }));
  });
}

/** The local day before the tick reads forward by the spill: the windows up to its end and the spill must be closed. */
export function windowsToWaitFor(
  { schedule, spillMs }: Pick<ScheduledModel, 'schedule' | 'spillMs'>,
  asOf: number,
  head: SealHead | undefined,
  zone: string,
): { readonly window: string }[] {
  if (head === undefined) return [{ window: NO_WINDOW }];
  const window = { sizeMs: head.windowSizeMs, graceMs: head.graceMs };
  const firstOpen = closedBefore(head.closedThrough, window);
  const needed =
    schedule.through === 'last_sealed_hour'
      ? windowStartOf(asOf, window.sizeMs)
      : dayAt(asOf, schedule.zone ?? zone).start + spillMs;
  if (needed <= firstOpen) return [];
  return [{ window: `${inMinutes(firstOpen)}/${inMinutes(Math.ceil(needed / window.sizeMs) * window.sizeMs)}` }];
}

const inMinutes = (instant: number): string => new Date(instant).toISOString().replace(/:\d\d\.000Z$/, 'Z');
