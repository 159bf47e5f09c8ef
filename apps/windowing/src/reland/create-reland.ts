import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { KafkaClient, KafkaLog } from '@millrace/platform-kafka';

import type { WindowingConfig } from '../app.config';
import { WriterPlans, type SchemaSource } from '../landing/intake/writer-plans';
import { landingSettingsOf } from '../landing/landing-settings';
import { KafkaLogReader } from '../landing/partitions/kafka-log-reader';
import { LandingStore } from '../landing/store/landing-store';
import { relandRanges, type PartitionRange } from './reland-ranges';

export interface RelandConnections {
  readonly kafka: KafkaClient;
  /** Its database is where the records go. */
  readonly clickhouse: ClickHouse;
  readonly registry: SchemaSource;
  readonly log: KafkaLog;
}

/** Lands ranges of one topic from the log. */
export type RelandRanges = (topic: string, ranges: readonly PartitionRange[]) => Promise<void>;

/** `rulesVersion`: to make steps of older rules again. */
export function createReland(
  config: WindowingConfig,
  connections: RelandConnections,
  rulesVersion?: number,
): RelandRanges {
  const settings = landingSettingsOf(config, rulesVersion);
  const parts = {
    ...connections,
    config,
    settings,
    store: new LandingStore(connections.clickhouse, settings.windowSizeMs),
    plans: new WriterPlans(connections.registry, settings),
  };
  return async (topic, ranges) => {
    const logReader = new KafkaLogReader(connections.kafka);
    try {
      await relandRanges({ ...parts, logReader }, topic, ranges);
    } finally {
      await logReader.close();
    }
  };
}
