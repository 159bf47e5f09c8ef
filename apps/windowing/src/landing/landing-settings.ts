import { hashVerdictSettings, RULES_VERSION, topicRules, type TopicRules } from '@millrace/contract-signal';
import { verdictSettingsOf } from '@millrace/platform-config';
import type { KafkaLog } from '@millrace/platform-kafka';

import type { WindowingConfig } from '../app.config';

export type LandingLog = KafkaLog;

/** What landing is told by the environment, in its own units. */
export interface LandingSettings {
  readonly path: 'fast' | 'reference';
  readonly flushMs: number;
  readonly flushRows: number;
  readonly flushBytes: number;
  readonly insertsInFlight: number;
  readonly insertTimeoutMs: number;
  readonly windowSizeMs: number;
  readonly topicEpochs: Readonly<Record<string, number>>;
  /** Below RULES_VERSION only when steps of older rules are made again. */
  readonly rulesVersion: number;
  readonly rulesOf: (topic: string) => TopicRules;
}

/** The hash that every seal step records: the settings that verdicts depend on. */
export const settingsHashOf = (config: WindowingConfig): string => hashVerdictSettings(verdictSettingsOf(config));

export function landingSettingsOf(config: WindowingConfig, rulesVersion: number = RULES_VERSION): LandingSettings {
  return {
    path: config.LANDING_PATH,
    flushMs: config.LANDING_FLUSH_MS,
    flushRows: config.LANDING_FLUSH_ROWS,
    flushBytes: config.LANDING_FLUSH_BYTES,
    insertsInFlight: config.LANDING_INSERTS_IN_FLIGHT,
    insertTimeoutMs: config.LANDING_INSERT_TIMEOUT_SECONDS * 1000,
    windowSizeMs: config.WINDOW_SIZE_SECONDS * 1000,
    topicEpochs: config.TOPIC_EPOCHS,
    rulesVersion,
    rulesOf: topicRules(verdictSettingsOf(config), config.TOPIC_PREFIX, rulesVersion),
  };
}
