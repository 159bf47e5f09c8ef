import { waitForWindows } from '../runs/before-a-run';
import type { Engine } from '../runs/engine';
import { runWithUpstream } from '../runs/run-upstream';
import type { OperationSteps } from './operations';

/** How often an operation looks for sealed windows; a schedule's run may wait for hours. */
const LOOK_EVERY_MS = 1_000;

/** The steps of `millrace run`, with the settings that the service has. */
export const createOperationSteps = (engine: Engine): OperationSteps => ({
  waitForWindows: ({ job, asOf, waitMs, isPartialAllowed }, { signal, onWait }) =>
    waitForWindows(engine.job(job), asOf, { waitMs, isPartialAllowed, signal, onWait, everyMs: LOOK_EVERY_MS }),

  async run({ job, asOf, deliver }, missing, { assertHeld, onProgress }) {
    const [outcome] = await runWithUpstream(engine, job, asOf, missing, assertHeld, { deliver, onProgress });
    return outcome;
  },
});
