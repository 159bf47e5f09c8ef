import { fillAttempt } from './fill-attempt';
import { proveCompleteness, type RelandOffsets } from './prove-completeness';
import type { StepContext } from './step-context';
import type { AttemptSummary } from './summarise-attempt';

/** Named places where a test may end the process; see `crash-points.ts`. */
export type CrashPoint = (name: string) => void;

export interface AttemptHooks {
  readonly reland: RelandOffsets;
  readonly crashPoint: CrashPoint;
}

export interface Attempt extends AttemptSummary {
  readonly repaired: number;
}

/** Makes one attempt at a step, up to its digest. Nothing of it is visible until the attempt has won. */
export async function makeAttempt(context: StepContext, { reland, crashPoint }: AttemptHooks): Promise<Attempt> {
  crashPoint('before-completeness');
  const { counts, repaired } = await proveCompleteness(context, reland);
  crashPoint('before-attempt');
  return { ...(await fillAttempt(context, counts, crashPoint)), repaired };
}
