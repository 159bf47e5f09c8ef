import { tickDoneKey, tickDueKey, tickKey, type NewScoreDecision, type ScoreDecision } from '@millrace/contract-score';
import { describeError, MillraceError } from '@millrace/platform-errors';
import type { DecisionLog, KafkaLog } from '@millrace/platform-kafka';

import { givenUpTicks, missedDeadlines } from '../metrics';
import type { DecisionIndex } from './decision-index';
import { mayClaim } from './tick-state';

/** A timer of more goes off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface TickWorkerDeps {
  readonly scores: Pick<DecisionLog<ScoreDecision, NewScoreDecision>, 'propose' | 'refresh'>;
  /** Follows `scores`. */
  readonly decisions: DecisionIndex;
  readonly log: KafkaLog;
  readonly replica: string;
  readonly leaseMs: number;
  readonly attempts: number;
  readonly retryMs: number;
  /** Resolves after `ms` milliseconds; earlier when `stopping` aborts. */
  readonly pause: (ms: number) => Promise<void>;
  readonly stopping: AbortSignal;
}

/** A tick of a schedule; instants are epoch milliseconds. */
export interface Tick {
  readonly model: string;
  readonly asOf: number;
  readonly deadline: number;
  /** What it waits for, in words. */
  readonly waitingFor: readonly string[];
}

export interface TickWorker {
  mayClaim(tick: Tick): boolean;
  /** Takes the next epoch of the tick, as its holder or after the holder's lease. Resolves to false when another replica has it. */
  claim(tick: Tick): Promise<boolean>;
  /** Past its deadline, and nobody has claimed it since: a claim says so. */
  isMissed(tick: Tick): boolean;
  /** Works a tick that it has claimed, and renews it; gives it up after the last attempt. Throws DECISION_LOST when it is taken over. */
  work(tick: Tick, run: (assertHeld: () => void) => Promise<void>): Promise<void>;
  /** Says that the tick has come: whoever delivers waits for what is due. */
  noteDue(tick: Pick<Tick, 'model' | 'asOf'>): Promise<void>;
  conclude(tick: Pick<Tick, 'model' | 'asOf'>, outcome: 'failed' | 'skipped', reason: string): Promise<void>;
}

/** One replica's part in holding ticks: the newest epoch's winner holds a tick for a lease. */
export function createTickWorker(deps: TickWorkerDeps): TickWorker {
  const { scores, decisions, log, replica, leaseMs } = deps;

  const lacksClaimSince = ({ model, asOf, deadline }: Tick): boolean =>
    (decisions.tickState(model, asOf).holder?.appendedAt ?? 0) < deadline;

  /** The first claim after a tick's deadline says that it was missed: one alert, however many replicas there are. */
  const claim = async (tick: Tick): Promise<boolean> => {
    const { model, asOf, deadline } = tick;
    await scores.refresh();
    const state = decisions.tickState(model, asOf);
    if (!mayClaim(state, replica, Date.now(), leaseMs)) return false;
    const isFirstSince = lacksClaimSince(tick);
    const { won, winner } = await scores.propose(tickKey(model, asOf, state.nextEpoch), {
      kind: 'tick',
      job: model,
      scheduled_at: asOf,
      epoch: state.nextEpoch,
      replica,
      claimed_at: Date.now(),
    });
    if (won && isFirstSince && winner.appendedAt >= deadline) {
      missedDeadlines.inc({ model });
      log.error(
        { job: model, tick: iso(asOf), deadline: iso(deadline), waitingFor: tick.waitingFor },
        `${model} is not published at its deadline`,
      );
    }
    return won;
  };

  const conclude = async (
    { model, asOf }: Pick<Tick, 'model' | 'asOf'>,
    outcome: 'failed' | 'skipped',
    reason: string,
  ): Promise<void> => {
    const { won } = await scores.propose(tickDoneKey(model, asOf), {
      kind: 'tick_done',
      job: model,
      scheduled_at: asOf,
      outcome,
      reason,
      replica,
      decided_at: Date.now(),
    });
    // However many attempts and replicas there were, one alert.
    if (outcome !== 'failed' || !won) return;
    givenUpTicks.inc({ model });
    log.error({ job: model, tick: iso(asOf), reason }, `${model} is given up; the previous scores stay current`);
  };

  const attempt = async (tick: Tick, run: () => Promise<void>, assertHeld: () => void): Promise<void> => {
    const { model } = tick;
    for (let number = 1; ; number++) {
      try {
        assertHeld();
        return await run();
      } catch (error) {
        assertHeld();
        const reason = describeError(error);
        log.warn({ err: error, attempt: number, of: deps.attempts }, `${model} failed: ${reason}`);
        if (number >= deps.attempts) return conclude(tick, 'failed', reason);
        await deps.pause(deps.retryMs * 2 ** (number - 1));
      }
    }
  };

  return {
    mayClaim: ({ model, asOf }) => mayClaim(decisions.tickState(model, asOf), replica, Date.now(), leaseMs),
    claim,
    isMissed: (tick) => Date.now() >= tick.deadline && lacksClaimSince(tick),
    conclude,
    async noteDue({ model, asOf }) {
      if (decisions.isNotedDue(model, asOf)) return;
      await scores.propose(tickDueKey(model, asOf), {
        kind: 'tick_due',
        job: model,
        scheduled_at: asOf,
        noted_at: Date.now(),
      });
    },

    async work(tick, run) {
      let isHeld = true;
      const assertHeld = (): void => {
        if (isHeld && !deps.stopping.aborted) return;
        throw new MillraceError(`Another replica has taken over the tick of ${tick.model}`, { code: 'DECISION_LOST' });
      };
      let renewing: Promise<void> | null = null;
      const renew = (): void => {
        renewing ??= claim(tick)
          .then((won) => void (isHeld = won || decisions.tickState(tick.model, tick.asOf).holder?.replica === replica))
          .catch((error: unknown) => log.warn({ err: error }, 'renewing a tick failed'))
          .finally(() => (renewing = null));
      };
      const renewal = setInterval(renew, Math.min(leaseMs / 3, LONGEST_TIMER_MS));
      const untilDeadline = tick.deadline - Date.now();
      const atDeadline = untilDeadline > 0 ? setTimeout(renew, untilDeadline) : undefined;
      try {
        await attempt(tick, () => run(assertHeld), assertHeld);
      } finally {
        clearInterval(renewal);
        clearTimeout(atDeadline);
        // The log may be closed as soon as this has ended.
        await renewing;
      }
    },
  };
}

const iso = (instant: number): string => new Date(instant).toISOString();
