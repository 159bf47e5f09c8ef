import type { ClickHouse } from '@millrace/platform-clickhouse';
import { millraceVersion } from '@millrace/platform-errors';
import { createHttpClient } from '@millrace/platform-http';

import { createEmitter, type LineageLog } from './emitter';
import { createTableColumns } from './table-columns';
import { eventOf, type Told } from './told';

/** Tells a catalogue what the service's runs read and write. */
export interface Lineage {
  /** False: nobody wants to hear it, and `tell` does nothing. */
  readonly isOn: boolean;
  /** Returns at once; the event is made and sent beside whatever goes on. A function is asked when the event's turn has come. */
  tell(told: Told | (() => Promise<Told | undefined>)): void;
  /** What waits is sent, if that takes no longer than two seconds. */
  close(): Promise<void>;
}

/** Variables that `lineageEnvironment` and those of Kafka and ClickHouse have. */
export interface LineageVariables {
  readonly OPENLINEAGE_URL?: string | undefined;
  readonly OPENLINEAGE_API_KEY?: string | undefined;
  readonly OPENLINEAGE_NAMESPACE: string;
  readonly KAFKA_BROKERS: readonly string[];
  readonly CLICKHOUSE_URL: string;
  readonly CLICKHOUSE_DATABASE: string;
}

export interface LineageDeps {
  readonly service: string;
  readonly config: LineageVariables;
  readonly clickhouse: ClickHouse;
  readonly log: LineageLog;
}

const OFF: Lineage = { isOn: false, tell: () => undefined, close: () => Promise.resolve() };

/** Connects nothing before the first event. */
export function createLineage({ service, config, clickhouse, log }: LineageDeps): Lineage {
  const { OPENLINEAGE_URL: url, OPENLINEAGE_API_KEY: apiKey, OPENLINEAGE_NAMESPACE: namespace } = config;
  if (url === undefined) return OFF;
  const client = createHttpClient({ connections: 1 });
  const emitter = createEmitter({ url, apiKey, client, log });
  const columnsOf = createTableColumns(clickhouse);
  const teller = {
    service,
    version: millraceVersion(),
    namespace,
    locations: {
      brokers: config.KAFKA_BROKERS,
      clickhouseUrl: config.CLICKHOUSE_URL,
      database: config.CLICKHOUSE_DATABASE,
    },
  };
  return {
    isOn: true,
    tell(given) {
      emitter.emit(async () => {
        const told = typeof given === 'function' ? await given() : given;
        if (told === undefined) return undefined;
        const tables = [...told.inputs, ...told.outputs].flatMap((one) => ('table' in one ? [one.table] : []));
        // An event without columns is better than none.
        const columns = await columnsOf(tables).catch(() => new Map());
        return eventOf(told, teller, columns);
      });
    },
    async close() {
      await emitter.close();
      await client.close();
    },
  };
}
