import type { DeliveryBatch } from '@millrace/contract-delivery';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import type { KafkaLog } from '@millrace/platform-kafka';
import { z } from 'zod';

import type { AcceptedField, Fence } from './fence';

const acceptedRow = z.object({ match_key: z.string(), field: z.string(), lane: z.string(), as_of: z.number() });

/** Keys travel in the address of a query: a few at a time. */
const KEYS_AT_ONCE = 250;

/** The table `last_accepted`: what each destination accepted last, by match key and field. */
export class LastAcceptedRepository {
  readonly #clickhouse: ClickHouse;

  constructor(clickhouse: ClickHouse) {
    this.#clickhouse = clickhouse;
  }

  /** Of which instant and lane the accepted values of a batch's records and fields are. */
  async versionsOf({ destination, object, records }: DeliveryBatch): Promise<AcceptedField[]> {
    const keys = [...new Set(records.map(({ match_key }) => match_key))];
    const fields = [...new Set(records.flatMap((record) => Object.keys(record.fields)))];
    const versions: AcceptedField[] = [];
    for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
      const rows = await this.#clickhouse.query(
        loadSql(__dirname, 'sql/read-last-accepted.sql'),
        { destination, object, match_keys: keys.slice(from, from + KEYS_AT_ONCE), fields },
        acceptedRow,
      );
      versions.push(...rows.map(({ match_key, field, lane, as_of: asOf }) => ({ match_key, field, lane, asOf })));
    }
    return versions;
  }
}

/** An urgent record is asked for only once it has waited: before, nothing newer can have been accepted. */
const FRESH_MS = 60_000;

/**
 * Tells the fence what was accepted of a batch's records, perhaps by another process. The urgent lane does not wait for ClickHouse:
 * what cannot be read there is done without.
 */
export async function loadFence(
  batch: DeliveryBatch,
  deps: {
    readonly fence: Fence;
    readonly lastAccepted: Pick<LastAcceptedRepository, 'versionsOf'>;
    readonly now: () => number;
    readonly log: KafkaLog;
  },
): Promise<void> {
  const isUrgent = batch.lane === 'urgent';
  if (isUrgent && deps.now() - batch.as_of < FRESH_MS) return;
  try {
    for (const version of await deps.lastAccepted.versionsOf(batch)) deps.fence.load(version);
  } catch (error) {
    if (!isUrgent) throw error;
    deps.log.debug({ err: error }, 'what was accepted of an urgent record cannot be read now');
  }
}
