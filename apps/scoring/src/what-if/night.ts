import type { Job } from '../runs/engine';
import { nextLocalTime } from '../schedule/ticks';

export interface Night {
  readonly job: string;
  /** Epoch milliseconds. */
  readonly tick: number;
  readonly deadline: number;
}

const BEFORE_MS = 1_800_000;
/** What runs more often is no night's run. */
const SHORTEST_PERIOD_MS = 43_200_000;

/** The run that needs the machine now: from half an hour before its tick until its deadline. Undefined: none does. */
export function nightAt(
  now: number,
  jobs: readonly Pick<Job, 'name' | 'schedule' | 'ticker' | 'zone'>[],
): Night | undefined {
  for (const { name, schedule, ticker, zone } of jobs) {
    const [newest, next] = [ticker.newest(now), ticker.next(now)];
    if (newest !== null && next !== null && next - newest < SHORTEST_PERIOD_MS) continue;
    for (const tick of [newest, next]) {
      if (tick === null) continue;
      const deadline = nextLocalTime(tick, schedule.deadline, schedule.zone ?? zone);
      if (now >= tick - BEFORE_MS && now < deadline) return { job: name, tick, deadline };
    }
  }
  return undefined;
}
