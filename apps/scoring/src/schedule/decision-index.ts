import type { RunPublished, ScoreDecision, TickClaim } from '@millrace/contract-score';
import type { AnyEntry, DecisionLog } from '@millrace/platform-kafka';

import type { DecisionView } from './plan-runs';
import { UNCLAIMED, type TickState } from './tick-state';

/** A run as the log decided it. */
export interface DecidedRun extends RunPublished {
  readonly offset: bigint;
}

/**
 * What the log of scores says, found without looking through it: each entry is looked at once, when it is read. It follows
 * the log; what it answers holds for the log as read so far.
 */
export interface DecisionIndex extends DecisionView {
  /** Ticks of the job that were noted as due and are not done, in the order of their notes. */
  dueTicks(job: string): readonly number[];
  isNotedDue(job: string, scheduledAt: number): boolean;
  /** All runs in log order. The array grows with the log: read it, keep no copy. */
  runs(): readonly DecidedRun[];
  /** All runs of a model in log order. The array grows with the log: read it, keep no copy. */
  runsOf(model: string): readonly DecidedRun[];
  /** Revisions of exactly this instant, in log order. */
  runsAt(model: string, asOf: number): readonly DecidedRun[];
  /** The newest decision for the newest instant at or before `through`: what a run as of `through` may read. */
  newestRun(model: string, through: number): DecidedRun | undefined;
  /** Whether an earlier tick of the job was held when this one came, is still held by a live replica, and is not done. */
  isOverlapped(job: string, scheduledAt: number, now: number, leaseMs: number): boolean;
  stop(): void;
}

interface Claim {
  readonly scheduledAt: number;
  readonly appendedAt: number;
}

/** What the index needs of a claim; without a replica this version cannot read it. */
type ReadClaim = Pick<TickClaim, 'job' | 'scheduled_at' | 'epoch'> & { readonly replica: string | undefined };

interface OfModel {
  readonly runs: DecidedRun[];
  readonly runsAt: Map<number, DecidedRun[]>;
  /** Keys of `runsAt`, ascending. */
  readonly instants: number[];
  readonly ticks: Map<number, TickState>;
  /** Noted as due and not done. */
  readonly due: Set<number>;
  /** In log order, which is the order of `appendedAt`. */
  readonly claims: Claim[];
  firstDecisionAt: number | undefined;
}

/** Begins with what the log has read and follows it from there. */
export function createDecisionIndex(log: Pick<DecisionLog<ScoreDecision>, 'entries' | 'onEntry'>): DecisionIndex {
  const models = new Map<string, OfModel>();
  const runs: DecidedRun[] = [];
  const of = (model: string): OfModel => {
    const known = models.get(model);
    if (known !== undefined) return known;
    const created: OfModel = {
      runs: [],
      runsAt: new Map(),
      instants: [],
      ticks: new Map(),
      due: new Set(),
      claims: [],
      firstDecisionAt: undefined,
    };
    models.set(model, created);
    return created;
  };
  const settle = (model: OfModel, scheduledAt: number): void => {
    model.ticks.set(scheduledAt, { ...(model.ticks.get(scheduledAt) ?? UNCLAIMED), isDone: true });
    model.due.delete(scheduledAt);
  };

  const addRun = (run: DecidedRun): void => {
    const model = of(run.model);
    runs.push(run);
    model.runs.push(run);
    const revisions = model.runsAt.get(run.as_of);
    if (revisions !== undefined) revisions.push(run);
    else {
      model.instants.splice(instantsThrough(model, run.as_of), 0, run.as_of);
      model.runsAt.set(run.as_of, [run]);
    }
    settle(model, run.as_of);
  };

  const addClaim = (claim: ReadClaim, appendedAt: number): void => {
    const model = of(claim.job);
    const state = model.ticks.get(claim.scheduled_at) ?? UNCLAIMED;
    // Whoever claims an epoch has read the one before.
    if (claim.epoch !== state.nextEpoch) return;
    model.ticks.set(claim.scheduled_at, {
      ...state,
      holder: { replica: claim.replica, epoch: claim.epoch, appendedAt },
      nextEpoch: claim.epoch + 1,
    });
    model.claims.push({ scheduledAt: claim.scheduled_at, appendedAt });
  };

  const addDue = ({ ticks, due }: OfModel, scheduledAt: number): void => {
    if (ticks.get(scheduledAt)?.isDone !== true) due.add(scheduledAt);
  };

  /** A claim that this version cannot read holds its tick all the same, as its key says. */
  const addUnread = (key: string, appendedAt: number): void => {
    const [, job = '', instant, epoch] = /^tick:(.+):(\d+):(\d+)$/.exec(key) ?? [];
    if (epoch === undefined) return;
    addClaim({ job, scheduled_at: Number(instant), epoch: Number(epoch), replica: undefined }, appendedAt);
  };

  const add = (entry: AnyEntry<ScoreDecision>): void => {
    const { value, offset, appendedAt } = entry;
    if (value === undefined) return addUnread(entry.key, appendedAt);
    const model = of(value.kind === 'run' ? value.model : value.job);
    // A claim comes with its tick; a run that somebody asked for says nothing about ticks before it was made.
    model.firstDecisionAt ??= value.kind === 'run' ? appendedAt : value.scheduled_at;
    if (value.kind === 'run') addRun({ ...value, offset });
    else if (value.kind === 'tick') addClaim(value, appendedAt);
    else if (value.kind === 'tick_due') addDue(model, value.scheduled_at);
    else settle(model, value.scheduled_at);
  };

  for (const entry of log.entries()) add(entry);
  const stop = log.onEntry(add);

  return {
    stop,
    runs: () => runs,
    runsOf: (model) => models.get(model)?.runs ?? [],
    runsAt: (model, asOf) => models.get(model)?.runsAt.get(asOf) ?? [],
    newestRun(model, through) {
      const known = models.get(model);
      const instant = known?.instants[instantsThrough(known, through) - 1];
      return instant === undefined ? undefined : known?.runsAt.get(instant)?.at(-1);
    },
    dueTicks: (job) => [...(models.get(job)?.due ?? [])],
    isNotedDue: (job, scheduledAt) => models.get(job)?.due.has(scheduledAt) ?? false,
    tickState: (model, scheduledAt) => models.get(model)?.ticks.get(scheduledAt) ?? UNCLAIMED,
    firstDecisionAt: (model) => models.get(model)?.firstDecisionAt,
    isOverlapped(job, scheduledAt, now, leaseMs) {
      const known = models.get(job);
      if (known === undefined) return false;
      const isOpen = (tick: number): boolean => tick < scheduledAt && known.ticks.get(tick)?.isDone === false;
      const heldNow = heldAt(known.claims, now, leaseMs).filter(isOpen);
      return heldNow.length > 0 && heldAt(known.claims, scheduledAt, leaseMs).some((tick) => heldNow.includes(tick));
    },
  };
}

/** Ticks with a claim that was appended at most a lease before `at`. */
function heldAt(claims: readonly Claim[], at: number, leaseMs: number): number[] {
  const ticks: number[] = [];
  for (let index = countThrough(claims, at, (claim) => claim.appendedAt) - 1; index >= 0; index--) {
    const claim = claims[index] as Claim;
    if (at - claim.appendedAt > leaseMs) break;
    ticks.push(claim.scheduledAt);
  }
  return ticks;
}

/** How many of the items, ascending by `instantOf`, are at or before `through`. */
function countThrough<T>(items: readonly T[], through: number, instantOf: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instantOf(items[middle] as T) <= through) low = middle + 1;
    else high = middle;
  }
  return low;
}

const instantsThrough = ({ instants }: OfModel, through: number): number =>
  countThrough(instants, through, (instant) => instant);
