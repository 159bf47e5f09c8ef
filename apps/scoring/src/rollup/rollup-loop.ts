import type { SealStep } from '@millrace/contract-window';
import { describeError, isRetryable } from '@millrace/platform-errors';
import type { DecisionLog, KafkaLog } from '@millrace/platform-kafka';
import { FailureWatch } from '@millrace/platform-observability';

import { rolledUpStep, rollupFailures } from '../metrics';
import type { RollupBuilder } from './rollup-builder';

export interface RollupLoop {
  start(): void;
  stop(): Promise<void>;
  /** Newest step whose days are rolled up; 0 before the first. */
  step(): number;
  /** Throws when it has failed for longer than a minute: it is repeated, and the scores wait for it. */
  check(): void;
}

export interface RollupLoopDeps {
  readonly chain: DecisionLog<SealStep>;
  readonly rollups: () => readonly RollupBuilder[];
  /** Rejects when days must not be built by this process. */
  readonly agree: () => Promise<void>;
  readonly log: KafkaLog;
  readonly retryMs?: number;
}

/** Rolls up the days that new steps touched. Steps that arrive while it works are taken together, as of the newest. */
export function createRollupLoop({ chain, rollups, agree, log, retryMs = 2_000 }: RollupLoopDeps): RollupLoop {
  let done = 0;
  let doneT = 0;
  const stopping = new AbortController();
  let wake: () => void = () => undefined;
  let running: Promise<void> = Promise.resolve();
  const turning = new FailureWatch('rolling up days');
  const unsubscribe = chain.onEntry(() => wake());

  const rollUp = async (builder: RollupBuilder, head: SealStep): Promise<void> => {
    const touched = await builder.daysTouchedAfter(done, head);
    const days = [...touched, ...builder.newlyCompleteDays(doneT, head)].sort();
    const [first, last] = [days[0], days.at(-1)];
    if (first === undefined || last === undefined) return;
    const { signal } = stopping;
    await builder.ensureDays(first, last, head, { needsCompleteness: true, only: new Set(days), signal });
  };

  const work = async (): Promise<void> => {
    const head = chain.head()?.value;
    if (head === undefined || head.step <= done) return;
    await agree();
    // Small statements, most of whose time one core plans: the rollups take turns on the cores.
    const built = await Promise.allSettled(rollups().map((builder) => rollUp(builder, head)));
    for (const one of built) if (one.status === 'rejected') throw one.reason;
    done = head.step;
    doneT = head.closed_through;
    rolledUpStep.set(done);
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      let pauseMs: number | undefined;
      try {
        await turning.watch(work);
      } catch (error) {
        if (stopping.signal.aborted) return;
        rollupFailures.inc();
        pauseMs = retryMs;
        const message = `rolling up days failed: ${describeError(error)}`;
        if (isRetryable(error)) log.warn({ err: error }, message);
        else log.error({ err: error }, message);
      }
      if ((chain.head()?.value.step ?? 0) > done && pauseMs === undefined) continue;
      let timer: NodeJS.Timeout | undefined;
      const paused = new Promise<void>(
        (resolve) => (timer = pauseMs === undefined ? undefined : setTimeout(resolve, pauseMs)),
      );
      await Promise.race([woken, paused]);
      clearTimeout(timer);
    }
  };

  return {
    start: () => void (running = loop()),
    async stop() {
      stopping.abort();
      unsubscribe();
      wake();
      await running;
    },
    step: () => done,
    check: turning.check,
  };
}
