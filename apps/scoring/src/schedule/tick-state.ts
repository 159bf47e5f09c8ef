import { tickDoneKey, tickKey, type ScoreDecision } from '@millrace/contract-score';
import type { DecisionLog } from '@millrace/platform-kafka';

type TickLog = Pick<DecisionLog<ScoreDecision>, 'winner' | 'entries'>;

/** Who holds a tick, by the log: the newest epoch's winner. */
export interface TickState {
  readonly holder: {
    /** Undefined: this version cannot read the claim. It holds the tick for its lease all the same. */
    readonly replica: string | undefined;
    readonly epoch: number;
    readonly appendedAt: number;
  } | null;
  /** The epoch to claim next. */
  readonly nextEpoch: number;
  readonly isDone: boolean;
}

/** A tick is done when a run of its instant is published, or when it was given up. */
export function tickStateOf(log: TickLog, job: string, scheduledAt: number): TickState {
  let holder: TickState['holder'] = null;
  let epoch = 0;
  for (;;) {
    const entry = log.winner(tickKey(job, scheduledAt, epoch));
    if (entry === undefined) break;
    const replica = entry.value?.kind === 'tick' ? entry.value.replica : undefined;
    holder = { replica, epoch, appendedAt: entry.appendedAt };
    epoch += 1;
  }
  const isRun = log
    .entries()
    .some(({ value }) => value.kind === 'run' && value.model === job && value.as_of === scheduledAt);
  return { holder, nextEpoch: epoch, isDone: isRun || log.winner(tickDoneKey(job, scheduledAt)) !== undefined };
}

/** Whether this replica may claim the tick now: nobody holds it, it holds it itself, or the holder's lease is over. */
export function mayClaim({ holder, isDone }: TickState, replica: string, now: number, leaseMs: number): boolean {
  if (isDone) return false;
  return holder === null || holder.replica === replica || now - holder.appendedAt > leaseMs;
}

/** Whether an earlier tick of the job is held by a live replica and not done: its run goes on. */
export function isEarlierTickHeld(
  log: TickLog,
  job: string,
  scheduledAt: number,
  now: number,
  leaseMs: number,
): boolean {
  const earlier = new Set<number>();
  for (const { value, appendedAt } of log.entries()) {
    if (value.kind !== 'tick' || value.job !== job || value.scheduled_at >= scheduledAt) continue;
    if (now - appendedAt <= leaseMs) earlier.add(value.scheduled_at);
  }
  return [...earlier].some((tick) => !tickStateOf(log, job, tick).isDone);
}
