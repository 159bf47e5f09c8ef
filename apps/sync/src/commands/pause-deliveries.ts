import { pauseKey } from '@millrace/contract-delivery';
import { valueOf } from '@millrace/platform-kafka';

import type { SyncConfig } from '../app.config';
import { Pauses } from '../delivery/pauses';
import { assertDestination } from '../destinations/assert-destination';
import { loadDestinations } from '../destinations/load-destinations';
import type { PauseRecord, PlanLog } from '../planning/plan-log';
import { withPlanLog } from './with-plan-log';

export interface PauseWish {
  readonly destination: string;
  readonly is_paused: boolean;
  readonly note: string;
  readonly author: string;
}

export interface PauseOutcome {
  /** `unchanged`: it was so already; `decision` is whose doing that was, null where nobody ever stopped it. */
  readonly outcome: 'decided' | 'unchanged';
  readonly destination: string;
  readonly is_paused: boolean;
  readonly decision: PauseRecord | null;
}

/** Stops a destination, or lets it go on: every worker follows within a second. */
export async function decidePause(config: SyncConfig, wish: PauseWish): Promise<PauseOutcome> {
  assertDestination(wish.destination, loadDestinations(config.SYNC_DESTINATIONS_FILE));
  return withPlanLog(config, (planLog) => decide(planLog, wish));
}

async function decide(planLog: PlanLog, wish: PauseWish): Promise<PauseOutcome> {
  const { destination, is_paused } = wish;
  for (;;) {
    const pauses = pausesIn(planLog);
    const standing = pauses.of(destination);
    if ((standing !== undefined) === is_paused) {
      return { outcome: 'unchanged', destination, is_paused, decision: standing ?? null };
    }
    const key = pauseKey(destination, pauses.count(destination) + 1);
    const record: PauseRecord = { kind: 'pause', ...wish, decided_at: Date.now() };
    const { won, winner } = await planLog.propose(key, record);
    if (won) return { outcome: 'decided', destination, is_paused, decision: record };
    // Somebody else decided at the same moment: what they did may be what is wanted. A record that is not theirs is raised.
    valueOf(winner);
  }
}

/** The destinations that people have stopped, as of now. */
export const readPauses = (config: SyncConfig): Promise<Pauses> =>
  withPlanLog(config, (planLog) => Promise.resolve(pausesIn(planLog)));

function pausesIn(planLog: PlanLog): Pauses {
  const pauses = new Pauses();
  for (const entry of planLog.entries()) pauses.apply(entry);
  return pauses;
}

/** One line for a destination that people have stopped. */
export const pauseInWords = ({ destination, author, note, decided_at }: PauseRecord): string =>
  `${destination} is stopped by ${author} since ${new Date(decided_at).toISOString()}: ${note}; ` +
  `let it go on with npx millrace deliveries resume ${destination} --note <text>`;
