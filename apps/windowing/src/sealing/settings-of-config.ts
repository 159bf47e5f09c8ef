import type { WindowingConfig } from '../app.config';
import type { SealSettings } from './seal-settings';

/** What sealing is told by the environment, in its own units. */
export function sealSettingsOf(config: WindowingConfig): SealSettings {
  return {
    window: { sizeMs: config.WINDOW_SIZE_SECONDS * 1000, graceMs: config.WINDOW_GRACE_SECONDS * 1000 },
    horizonMs: config.SIGNAL_HORIZON_SECONDS * 1000,
    skewMs: config.SEAL_SKEW_SECONDS * 1000,
    lateIntervalMs: config.SEAL_LATE_INTERVAL_SECONDS * 1000,
    deadlineMs: config.SEAL_DEADLINE_SECONDS * 1000,
    importRows: config.SEAL_IMPORT_ROWS,
    importQuietMs: config.SEAL_IMPORT_QUIET_SECONDS * 1000,
    importLongestWaitMs: config.SEAL_IMPORT_WAIT_SECONDS * 1000,
  };
}
