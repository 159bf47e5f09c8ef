import { RetryableError } from '@millrace/platform-errors';

import { sealingMetrics as metrics } from '../../metrics';
import type { CrashPoint } from '../crash-points';
import { excludeContested, readContested } from '../verdicts/exclude-contested';
import { recordVerdicts, type QuarantinedRuns } from '../verdicts/quarantined-runs';
import { fillAttempt } from './fill-attempt';
import { proveCompleteness, readQuarantined, type RelandOffsets } from './prove-completeness';
import { proveWaiting } from './prove-waiting';
import type { StepContext } from './step-context';
import type { AttemptSummary } from './summarise-attempt';

export interface AttemptHooks {
  readonly reland: RelandOffsets;
  readonly crashPoint: CrashPoint;
}

export interface Attempt extends AttemptSummary {
  readonly repaired: number;
  /** Offsets of the step that hold no signal, whatever is landed later. */
  readonly quarantined: readonly QuarantinedRuns[];
}

/** Makes one attempt at a step, up to its digest. Nothing of it is visible until the attempt has won. */
export async function makeAttempt(context: StepContext, { reland, crashPoint }: AttemptHooks): Promise<Attempt> {
  crashPoint('before-completeness');
  const { counts, quarantined, repaired } = await metrics.timeStage('prove', async () => {
    const [proof] = await Promise.all([proveCompleteness(context, reland), proveWaiting(context)]);
    return proof;
  });
  const contested = await readContested(context);
  crashPoint('before-attempt');
  const summary = await fillAttempt(excludeContested(context, contested), counts, crashPoint);
  const [contestedNow, quarantinedNow] = await Promise.all([readContested(context), readQuarantined(context)]);
  const isAsBefore =
    contestedNow.rows === contested.rows &&
    JSON.stringify(recordVerdicts(quarantinedNow)) === JSON.stringify(recordVerdicts(quarantined));
  if (!isAsBefore) {
    throw new RetryableError('Quarantined records were landed as signals while the step was made', {
      code: 'CONSERVATION_BROKEN',
      advice: 'Nothing to do: the step is made again',
    });
  }
  return { ...summary, quarantined, repaired };
}
