import { sourceOfTopic } from '@millrace/contract-signal';
import type { KafkaLog } from '@millrace/platform-kafka';

import type { WindowingConfig } from '../app.config';
import type { TopicRules } from './verdict/judge-signal';
import { hashSettings, type VerdictSettings } from './verdict/verdict-settings';

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
  readonly rulesOf: (topic: string) => TopicRules;
}

export function verdictSettingsOf(config: WindowingConfig): VerdictSettings {
  return {
    futureSlackMs: config.SIGNAL_FUTURE_SLACK_SECONDS * 1000,
    horizonMs: config.SIGNAL_HORIZON_SECONDS * 1000,
    importSources: config.IMPORT_SOURCES,
  };
}

/** The hash that every seal step records: the settings that verdicts depend on. */
export const settingsHashOf = (config: WindowingConfig): string => hashSettings(verdictSettingsOf(config));

export function landingSettingsOf(config: WindowingConfig): LandingSettings {
  const verdicts = verdictSettingsOf(config);
  const imports = new Set(verdicts.importSources);
  return {
    path: config.LANDING_PATH,
    flushMs: config.LANDING_FLUSH_MS,
    flushRows: config.LANDING_FLUSH_ROWS,
    flushBytes: config.LANDING_FLUSH_BYTES,
    insertsInFlight: config.LANDING_INSERTS_IN_FLIGHT,
    insertTimeoutMs: config.LANDING_INSERT_TIMEOUT_SECONDS * 1000,
    windowSizeMs: config.WINDOW_SIZE_SECONDS * 1000,
    topicEpochs: config.TOPIC_EPOCHS,
    rulesOf: (topic) => {
      const isImport = imports.has(sourceOfTopic(topic, config.TOPIC_PREFIX) ?? '');
      return { futureSlackMs: verdicts.futureSlackMs, horizonMs: isImport ? Infinity : verdicts.horizonMs };
    },
  };
}
