import { setTimeout as sleep } from 'node:timers/promises';

import type { ClickHouse } from '@millrace/platform-clickhouse';
import { describeError } from '@millrace/platform-errors';
import type { KafkaLog } from '@millrace/platform-kafka';

import { forgetFigures, tellFigures } from './night-figures';

/** Figures of a night change once a night; a reading looks through a day of outcomes and every plan. */
const EVERY_MS = 300_000;

export interface FiguresLoop {
  start(): void;
  stop(): Promise<void>;
}

/** Keeps the gauges of the night's figures; what cannot be read is NaN until the next reading. */
export function createFiguresLoop(clickhouse: ClickHouse, log: KafkaLog, everyMs = EVERY_MS): FiguresLoop {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const loop = async (): Promise<void> => {
    forgetFigures();
    while (!stopping.signal.aborted) {
      try {
        await tellFigures(clickhouse);
      } catch (error) {
        forgetFigures();
        log.warn({ err: error }, `the night's figures are not known: ${describeError(error)}`);
      }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  return {
    start: () => void (running = loop()),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
