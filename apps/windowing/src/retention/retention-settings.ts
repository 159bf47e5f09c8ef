import type { WindowingConfig } from '../app.config';
import { ConfigError } from '@millrace/platform-errors';

/** Where dropped days go. Credentials undefined: the server has its own. */
export interface RawArchiveSettings {
  readonly url: string;
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
}

export interface RetentionSettings {
  readonly rawMs: number;
  readonly sealedMs: number;
  readonly intervalMs: number;
  /** Undefined: raw days are dropped without a copy. */
  readonly archive: RawArchiveSettings | undefined;
}

const DAY_MS = 86_400_000;

export function archiveSettingsOf(config: WindowingConfig): RawArchiveSettings | undefined {
  if (config.RAW_ARCHIVE_URL === undefined) return undefined;
  return {
    url: config.RAW_ARCHIVE_URL,
    accessKeyId: config.RAW_ARCHIVE_ACCESS_KEY_ID,
    secretAccessKey: config.RAW_ARCHIVE_SECRET_ACCESS_KEY,
  };
}

/** Throws a ConfigError when sealed rows would go while signals of their windows may still come, and be sealed twice. */
export function retentionSettingsOf(config: WindowingConfig): RetentionSettings {
  const sealedMs = config.SEALED_RETENTION_DAYS * DAY_MS;
  if (sealedMs < config.SIGNAL_HORIZON_SECONDS * 1000) {
    throw new ConfigError('SEALED_RETENTION_DAYS is shorter than SIGNAL_HORIZON_SECONDS', {
      advice: `Set SEALED_RETENTION_DAYS=${Math.ceil(config.SIGNAL_HORIZON_SECONDS / 86_400)} or more`,
    });
  }
  return {
    rawMs: config.RAW_RETENTION_DAYS * DAY_MS,
    sealedMs,
    intervalMs: config.RETENTION_INTERVAL_SECONDS * 1000,
    archive: archiveSettingsOf(config),
  };
}
