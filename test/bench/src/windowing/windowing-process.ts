import { spawnService, waitFor, type SpawnedService } from '@millrace/platform-testing';

import { measureUsage, type Usage } from '../processes/usage-span';
import type { Workplace } from './workplace';

export interface RunningWindowing {
  readonly service: SpawnedService;
  /** Since its consumer joined the group. */
  readonly used: () => Usage;
}

export type Settings = Readonly<Record<string, string>>;

/** Nothing is ever closed. */
export const SEALS_NOTHING: Settings = { WINDOW_GRACE_SECONDS: '1000000' };

const HOUR_S = 3_600;
const SKEW_S = 2;

/**
 * Grace chosen so that T, the newest instant that windows may close at, is just now: everything that is in the log at this moment
 * belongs to the next step, as it would at the full hour.
 */
export const sealsAllBeforeNow = (): Settings => ({
  WINDOW_GRACE_SECONDS: String(Math.floor(Date.now() / 1000 - SKEW_S) % HOUR_S),
  SEAL_SKEW_SECONDS: String(SKEW_S),
  SEAL_POLL_SECONDS: '0.2',
  SEAL_JITTER_SECONDS: '0',
});

/** Starts windowing, gives it to `work` once its consumer is in the group, stops it. */
export async function withWindowing<Result>(
  workplace: Workplace,
  settings: Settings,
  nodeArguments: readonly string[],
  work: (running: RunningWindowing) => Promise<Result>,
): Promise<Result> {
  const environment = { ...workplace.environment, ...settings };
  const service = await spawnService('windowing', environment, { waitsForReady: false, nodeArguments });
  try {
    await waitFor(
      'the consumer group',
      async () => {
        if (!service.isRunning) throw new Error(`windowing ended: ${service.logs().slice(-2_000)}`);
        return (await (await fetch(`${service.url}/health/ready`)).text()).includes('"landing group":{"status":"ok"');
      },
      { everyMs: 10, deadlineMs: 120_000 },
    );
    return await work({ service, used: measureUsage({ windowing: service.pid, ...workplace.pids }) });
  } finally {
    await service.stop();
  }
}
