import { RULES_VERSION } from '@millrace/contract-signal';
import type { NewSealStep, SealReason, SealStep } from '@millrace/contract-window';

import type { AttemptSummary } from '../attempt/summarise-attempt';
import { FIELDS_VERSION } from '../attempt/sealed-fields';
import type { ChainHead } from '../propose/facts';
import type { Proposal } from '../propose/proposal';
import type { SealSettings } from '../seal-settings';
import { recordVerdicts, type QuarantinedRuns } from '../verdicts/quarantined-runs';

/** Step n as it goes into the log. */
export function createSealStep(input: {
  readonly proposal: Proposal;
  readonly attemptId: string;
  readonly summary: AttemptSummary;
  readonly quarantined: readonly QuarantinedRuns[];
  readonly settings: SealSettings;
  readonly settingsHash: string;
  readonly codeVersion: string;
  readonly formsVersion: number;
  readonly now: number;
  readonly sealMs: number;
}): NewSealStep {
  const { proposal, summary, settings } = input;
  return {
    step: proposal.step,
    closed_through: proposal.closedThrough,
    vector: proposal.vector.map((entry) => ({ ...entry, offsets: [...entry.offsets] })),
    attempt_id: input.attemptId,
    digest: summary.digest,
    totals: summary.totals,
    first_window: summary.firstWindow,
    last_window: summary.lastWindow,
    reason: proposal.reason,
    window: {
      size_ms: settings.window.sizeMs,
      grace_ms: settings.window.graceMs,
      horizon_ms: settings.horizonMs,
    },
    ...(proposal.rebuild === undefined ? {} : { rebuild: proposal.rebuild }),
    quarantined: recordVerdicts(input.quarantined),
    rules: RULES_VERSION,
    normal_forms: input.formsVersion,
    signal_fields: FIELDS_VERSION,
    settings_hash: input.settingsHash,
    code_version: input.codeVersion,
    incomplete: proposal.incomplete,
    sealed_at: input.now,
    seal_ms: Math.round(input.sealMs),
  };
}

/** Windows closed as of a step. Steps of other settings closed what they closed: the bound never goes back. */
export function headAfter(previous: ChainHead, step: SealStep): ChainHead {
  const { size_ms: sizeMs, grace_ms: graceMs } = step.window;
  const closedBefore = Math.floor((step.closed_through - graceMs) / sizeMs) * sizeMs;
  return {
    step: step.step,
    closedThrough: step.closed_through,
    closedBefore: Math.max(previous.closedBefore, closedBefore),
    vector: step.vector,
    sealedAt: step.sealed_at,
  };
}

/** What was proposed for a recorded step: enough to make it again. */
export function proposalOf(step: SealStep, head: ChainHead): Proposal {
  return {
    step: step.step,
    // Text in the log; it is told and decides nothing.
    reason: step.reason as SealReason,
    closedThrough: step.closed_through,
    closedBefore: head.closedBefore,
    vector: step.vector,
    incomplete: step.incomplete,
    ...(step.rebuild === undefined ? {} : { rebuild: step.rebuild }),
  };
}
