import { setTimeout as sleep } from 'node:timers/promises';

import type { SealStep } from '@millrace/contract-window';
import { describeError } from '@millrace/platform-errors';
import type { KafkaLog } from '@millrace/platform-kafka';
import { FailureWatch } from '@millrace/platform-observability';

import type { Sealing } from './create-sealer';
import { sealingMetrics as metrics } from '../metrics';

export interface SealLoopDeps {
  /** Reads the mirror and the log; repeated until it succeeds. */
  readonly open: () => Promise<Sealing>;
  readonly pollMs: number;
  /** Waits a random part of it before sealing, so that mostly one of several replicas does the work. */
  readonly jitterMs: number;
  /** Told of each step that this replica decided. */
  readonly onSealed?: (step: SealStep) => void;
  readonly log: KafkaLog;
}

const LONGEST_BACKOFF_MS = 15_000;
/** The clean-up of losing attempts looks this often at most. */
const FOLD_EVERY_MS = 10_000;

/** Seals what is due, over and over, until stopped. What fails is repeated with backoff: nothing is given up. */
export class SealLoop {
  private readonly stopping = new AbortController();
  private sealing: Sealing | undefined;
  private running: Promise<void> | undefined;
  private foldedAt = 0;
  private waitsFor = '';
  private readonly turning = new FailureWatch('sealing');

  constructor(private readonly deps: SealLoopDeps) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Throws when every round has failed for a minute. */
  readonly checkProgress = (): void => this.turning.check();

  isOpen(): boolean {
    return this.sealing !== undefined;
  }

  /** Ends after the attempt under way, if any. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.sealing?.stop();
    this.sealing = undefined;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        await this.turning.watch(() => this.round());
        failures = 0;
      } catch (error) {
        failures += 1;
        metrics.failures.inc();
        this.deps.log.warn({ err: error, failures }, `sealing is repeated: ${describeError(error)}`);
      }
      const backoff = failures === 0 ? 0 : Math.min(LONGEST_BACKOFF_MS, 250 * 2 ** failures);
      await this.pause(Math.max(this.deps.pollMs, backoff));
    }
  }

  private async round(): Promise<void> {
    const { sealer, chain } = await this.open();
    const proposed = await sealer.propose();
    await sealer.mirror();
    const { closedThrough } = chain.head();
    if (closedThrough > 0) metrics.lag.set((Date.now() - closedThrough) / 1000);
    if (proposed.kind === 'propose') {
      await this.pause(Math.random() * this.deps.jitterMs);
      if (this.stopping.signal.aborted) return;
      await chain.refresh();
      const outcome = await sealer.seal(proposed.proposal);
      if (outcome.kind === 'sealed' && outcome.won) {
        const { step, reason, totals, incomplete } = outcome.step;
        const level = incomplete.length > 0 ? 'warn' : 'info';
        this.deps.onSealed?.(outcome.step);
        this.deps.log[level]({ step, reason, ...totals, incomplete }, `sealed step ${step}`);
      }
    } else this.noteWaiting(proposed.because, proposed.behind);
    await sealer.mirror();
    if (Date.now() - this.foldedAt < FOLD_EVERY_MS) return;
    await sealer.fold();
    this.foldedAt = Date.now();
  }

  private async open(): Promise<Sealing> {
    if (this.sealing !== undefined) return this.sealing;
    const sealing = await this.deps.open();
    try {
      await sealing.sealer.start();
    } catch (error) {
      await sealing.stop();
      throw error;
    }
    this.sealing = sealing;
    return sealing;
  }

  /** Once a reason, not once a round. */
  private noteWaiting(because: string, behind: readonly object[] = []): void {
    if (because === this.waitsFor) return;
    this.waitsFor = because;
    this.deps.log.debug({ because, behind: behind.slice(0, 5) }, 'no step now');
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
