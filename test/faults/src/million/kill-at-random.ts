import { setTimeout as sleep } from 'node:timers/promises';

import type { SpawnedService } from '@millrace/platform-testing';

import type { World } from '../world/world';

export interface Havoc {
  readonly kills: number;
  readonly stops: number;
  readonly pauses: number;
  /** Both replicas run afterwards. */
  end(): Promise<void>;
}

/** Every few seconds one of the replicas is killed, stopped in order or paused past its session, and comes back. */
export function killAtRandom(world: World, replicas: SpawnedService[], everySeconds: number): Havoc {
  const stopping = new AbortController();
  const counts = { kills: 0, stops: 0, pauses: 0 };
  const { random } = world;
  const wait = (seconds: number): Promise<void> =>
    sleep(seconds * 1000, undefined, { signal: stopping.signal }).catch(() => undefined);
  const running = (async () => {
    for (;;) {
      await wait(everySeconds * (0.5 + random.next()));
      if (stopping.signal.aborted) return;
      const index = random.integer(0, replicas.length - 1);
      const victim = replicas[index] as SpawnedService;
      const dice = random.next();
      if (dice < 0.7) {
        await victim.kill();
        counts.kills += 1;
      } else if (dice < 0.85) {
        await victim.stop();
        counts.stops += 1;
      } else {
        victim.pause();
        // Longer than KAFKA_SESSION_TIMEOUT_SECONDS.
        await wait(8);
        victim.resume();
        counts.pauses += 1;
        continue;
      }
      replicas[index] = await world.start({}, { waitsForReady: false });
    }
  })();
  return {
    get kills() {
      return counts.kills;
    },
    get stops() {
      return counts.stops;
    },
    get pauses() {
      return counts.pauses;
    },
    end: async () => {
      stopping.abort();
      await running;
    },
  };
}
