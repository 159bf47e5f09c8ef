import type { SealStep } from '@millrace/contract-window';

import type { WindowingConfig } from '../app.config';

/** Far enough that no setting in use says no, near enough for every column to hold the time. */
const LENIENT_FUTURE_SECONDS = 50 * 365 * 86_400;
const LENIENT_HORIZON_SECONDS = 1_000 * 365 * 86_400;

/**
 * How to land for a replay: verdicts come from the records of the chain, whatever the settings are now. So a record is landed as a
 * signal wherever any setting could make it one, and the offsets that its step recorded as quarantined are left out when it is
 * rebuilt. Only a chain with a step from before verdicts were recorded is judged by the settings of now.
 */
export function landByRecord(config: WindowingConfig, steps: readonly SealStep[]): WindowingConfig {
  if (steps.some(({ quarantined }) => quarantined === undefined)) return config;
  return {
    ...config,
    SIGNAL_FUTURE_SLACK_SECONDS: LENIENT_FUTURE_SECONDS,
    SIGNAL_HORIZON_SECONDS: LENIENT_HORIZON_SECONDS,
  };
}
