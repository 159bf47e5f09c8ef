import { randomUUID } from 'node:crypto';

import type { SealStep } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { KafkaLog } from '@millrace/platform-kafka';

import { makeAttempt } from './attempt/make-attempt';
import type { RelandOffsets } from './attempt/prove-completeness';
import { FIELDS_VERSION } from './attempt/sealed-fields';
import { createStepContext, type Winner } from './attempt/step-context';
import type { CrashPoint } from './crash-points';
import type { Chain } from './decide/chain';
import { mirrorStep, readMirroredStep } from './decide/mirror';
import { createSealStep } from './decide/seal-record';
import { readLateFacts, readPositions } from './facts/landed-facts';
import type { LogClock } from './facts/log-clock';
import { foldSteps, readFoldNotes } from './fold/fold-steps';
import type { Proposal, Proposed } from './propose/proposal';
import { dueInstants, hasPassedSince, proposeLate, proposeManual, proposeOnTime } from './propose/propose-step';
import { wait } from './propose/proposal';
import type { SealSettings } from './seal-settings';
import { sealingMetrics as metrics } from '../metrics';

export interface SealerDeps {
  readonly clickhouse: ClickHouse;
  readonly database: string;
  readonly chain: Chain;
  readonly logClock: LogClock;
  readonly settings: SealSettings;
  readonly settingsHash: string;
  readonly codeVersion: string;
  /** Version of the normal forms that it seals with. */
  readonly formsVersion: number;
  readonly longestInsertSeconds: number;
  readonly reland: RelandOffsets;
  readonly crashPoint: CrashPoint;
  readonly log: KafkaLog;
  readonly now: () => number;
}

export type SealOutcome =
  | { readonly kind: 'sealed'; readonly step: SealStep; readonly won: boolean }
  | { readonly kind: 'waiting'; readonly because: string };

/** On top of the server's limit for an insert, before its rows are sure to be all there. */
const FOLD_MARGIN_MS = 60_000;

/**
 * One replica's part in the chain: looks what is due, makes an attempt, proposes it, mirrors who won, cleans up. Any number of
 * replicas may do the same at the same time; the log alone decides.
 */
export class Sealer {
  private mirrored = 0;

  constructor(private readonly deps: SealerDeps) {}

  /** Mirrors what an earlier process decided but did not mirror. */
  async start(): Promise<void> {
    this.mirrored = await readMirroredStep(this.deps.clickhouse, this.deps.database);
    await this.deps.chain.start();
    await this.mirror();
  }

  /** The next step if one is due, without sealing it. */
  async propose(): Promise<Proposed> {
    const { chain, clickhouse, database, logClock, settings, now } = this.deps;
    await chain.refresh();
    const head = chain.head();
    const due = dueInstants(head, now(), settings);
    if (due.length > 0) {
      let proposed: Proposed | undefined;
      for (const closedThrough of due) {
        const facts = await logClock.offsetsAt(closedThrough, head.vector);
        const positions = await readPositions(clickhouse, database);
        const next = proposeOnTime(head, closedThrough, facts, positions, now(), settings);
        if (next.kind === 'propose') return next;
        proposed ??= next;
      }
      return proposed ?? wait('no window is due');
    }
    const soonest = Math.min(settings.lateIntervalMs, settings.importQuietMs);
    if (!hasPassedSince(head, now(), soonest)) return wait('no window is due');
    const positions = await readPositions(clickhouse, database);
    return proposeLate(head, positions, await readLateFacts(clickhouse, database, head, positions), now(), settings);
  }

  /** An operator's step: everything that is in the log at the time of the first call. */
  async proposeManual(ends: Awaited<ReturnType<LogClock['ends']>>): Promise<Proposed> {
    const { chain, clickhouse, database, settings, now } = this.deps;
    await chain.refresh();
    return proposeManual(chain.head(), ends, await readPositions(clickhouse, database), now(), settings);
  }

  /** Makes an attempt at the proposal, lets the log decide, mirrors the winner. */
  async seal(proposal: Proposal): Promise<SealOutcome> {
    const { chain, clickhouse, database, settings, crashPoint } = this.deps;
    if (chain.head().step + 1 !== proposal.step) return { kind: 'waiting', because: 'another replica was faster' };
    await this.mirror();
    const startedAt = performance.now();
    const attemptId = randomUUID();
    const { folded_through: foldedThrough } = await readFoldNotes(clickhouse, database);
    const context = createStepContext({
      clickhouse,
      databases: { raw: database, sealed: database, target: database },
      previous: chain.head(),
      proposal,
      attemptId,
      foldedThrough,
      winners: this.winnersAbove(foldedThrough),
      longestInsertSeconds: this.deps.longestInsertSeconds,
      formsVersion: this.deps.formsVersion,
      fieldsVersion: FIELDS_VERSION,
    });
    const attempt = await makeAttempt(context, this.deps);
    const sealMs = performance.now() - startedAt;
    metrics.attemptSeconds.observe(sealMs / 1000);
    if (attempt.repaired > 0) metrics.repairs.inc(attempt.repaired);
    crashPoint('before-decide');
    const { won, winner } = await chain.propose(
      createSealStep({
        proposal,
        attemptId,
        summary: attempt,
        quarantined: attempt.quarantined,
        settings,
        settingsHash: this.deps.settingsHash,
        codeVersion: this.deps.codeVersion,
        formsVersion: this.deps.formsVersion,
        now: this.deps.now(),
        sealMs,
      }),
    );
    crashPoint('after-decide');
    await this.mirror();
    crashPoint('after-mirror');
    return { kind: 'sealed', step: winner, won };
  }

  /** Every decided step that the mirror lacks, in order. */
  async mirror(): Promise<void> {
    const { chain, clickhouse, database } = this.deps;
    const { step: newest } = chain.head();
    if (this.mirrored === newest) return;
    this.mirrored = Math.max(this.mirrored, await readMirroredStep(clickhouse, database));
    for (const link of chain.above(Math.min(this.mirrored, newest))) {
      await mirrorStep(clickhouse, database, link);
      this.mirrored = link.step.step;
      metrics.observeStep(link.step, this.deps.now());
    }
  }

  async fold(): Promise<void> {
    const { clickhouse, database, crashPoint, longestInsertSeconds, log } = this.deps;
    const { losingAttempts } = await foldSteps({
      clickhouse,
      database,
      mirrored: Math.min(this.mirrored, this.deps.chain.head().step),
      winnersAbove: (step) => this.winnersAbove(step),
      longestInsertMs: longestInsertSeconds * 1000 + FOLD_MARGIN_MS,
      crashPoint,
    });
    if (losingAttempts > 0) log.info({ losingAttempts }, 'losing attempts were cleaned up');
  }

  private winnersAbove(step: number): readonly Winner[] {
    return this.deps.chain.above(step).map((link) => ({ step: link.step.step, attemptId: link.step.attempt_id }));
  }
}
