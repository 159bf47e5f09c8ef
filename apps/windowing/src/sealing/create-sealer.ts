import { sealedTopic } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { ConfigError, type MillraceError } from '@millrace/platform-errors';
import type { KafkaClient, KafkaLog } from '@millrace/platform-kafka';

import type { WindowingConfig } from '../app.config';
import { settingsHashOf } from '../landing/landing-settings';
import { codeVersion } from './code-version';
import type { RelandOffsets } from './attempt/prove-completeness';
import { FORMS_VERSION } from './enrich/forms-of';
import { createCrashPoint } from './crash-points';
import { createChain, type Chain } from './decide/chain';
import { readMirroredTail } from './decide/mirror';
import { createLogClock, type LogClock } from './facts/log-clock';
import { Sealer } from './sealer';
import { sealSettingsOf } from './settings-of-config';

export interface SealingDeps {
  readonly kafka: KafkaClient;
  readonly clickhouse: ClickHouse;
  readonly log: KafkaLog;
  readonly reland: RelandOffsets;
  readonly onBroken?: (error: MillraceError) => void;
}

export interface Sealing {
  readonly sealer: Sealer;
  readonly chain: Chain;
  readonly logClock: LogClock;
  stop(): Promise<void>;
}

const DECISION_TIMEOUT_MS = 15_000;

/** A replica of the chain that begins where the mirror ends, and everything to seal with. Started by `sealer.start()`. */
export async function createSealing(config: WindowingConfig, deps: SealingDeps): Promise<Sealing> {
  const { kafka, clickhouse, log, reland } = deps;
  const database = config.CLICKHOUSE_DATABASE;
  const settings = sealSettingsOf(config);
  const tail = await readMirroredTail(clickhouse, database);
  const sizeBefore = tail.links.at(-1)?.step.window.size_ms ?? settings.window.sizeMs;
  if (sizeBefore !== settings.window.sizeMs) {
    throw new ConfigError(`The chain has windows of ${sizeBefore / 1000} s`, {
      advice: `Set WINDOW_SIZE_SECONDS=${sizeBefore / 1000}: the size of windows cannot change within a chain`,
    });
  }
  const chain = createChain({
    kafka,
    topic: sealedTopic(config.TOPIC_PREFIX).name,
    tail,
    timeoutMs: DECISION_TIMEOUT_MS,
    log,
    ...(deps.onBroken === undefined ? {} : { onBroken: deps.onBroken }),
  });
  const logClock = createLogClock({
    kafka,
    topicPrefix: config.TOPIC_PREFIX,
    topicEpochs: config.TOPIC_EPOCHS,
    onSilent: (topic, error) => log.warn({ topic, err: error }, 'a topic does not answer; its partitions wait'),
  });
  const sealer = new Sealer({
    clickhouse,
    database,
    chain,
    logClock,
    settings,
    settingsHash: settingsHashOf(config),
    codeVersion: codeVersion(),
    formsVersion: FORMS_VERSION,
    longestInsertSeconds: config.SEAL_LONGEST_INSERT_SECONDS,
    reland,
    crashPoint: createCrashPoint(config.CRASH_AT),
    log,
    now: Date.now,
  });
  return {
    sealer,
    chain,
    logClock,
    stop: async () => {
      await Promise.allSettled([chain.stop(), logClock.close()]);
    },
  };
}
