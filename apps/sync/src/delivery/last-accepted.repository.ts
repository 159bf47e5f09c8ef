import type { DeliveryBatch } from '@millrace/contract-delivery';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import type { KafkaLog } from '@millrace/platform-kafka';
import { z } from 'zod';

import type { DeliveryLedger } from './delivery-ledger';
import type { AcceptedField, Fence } from './fence';

const acceptedRow = z.object({
  match_key: z.string(),
  field: z.string(),
  lane: z.string(),
  idempotency_key: z.string(),
  as_of: z.number(),
});

/** A field's accepted value, and the key under which it was accepted; empty when it was read back. */
export interface LastAccepted extends AcceptedField {
  readonly key: string;
}

/** Keys travel in the address of a query, which may have a megabyte. */
const KEYS_AT_ONCE = 1_000;

/** The table `last_accepted`: what each destination accepted last, by match key and field. */
export class LastAcceptedRepository {
  readonly #clickhouse: ClickHouse;

  constructor(clickhouse: ClickHouse) {
    this.#clickhouse = clickhouse;
  }

  /** What is accepted of a batch's records and fields; `newerOnly`: only what is newer than the batch, which few granules have. */
  async of(batch: DeliveryBatch, newerOnly: boolean): Promise<LastAccepted[]> {
    const { destination, object, records } = batch;
    const least_version = String(newerOnly ? versionAfter(batch) : 0n);
    const keys = [...new Set(records.map(({ match_key }) => match_key))];
    const fields = [...new Set(records.flatMap((record) => Object.keys(record.fields)))];
    const accepted: LastAccepted[] = [];
    for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
      const rows = await this.#clickhouse.query(
        loadSql(__dirname, 'sql/read-last-accepted.sql'),
        { destination, object, match_keys: keys.slice(from, from + KEYS_AT_ONCE), fields, least_version },
        acceptedRow,
      );
      for (const { as_of: asOf, idempotency_key: key, ...row } of rows) accepted.push({ ...row, asOf, key });
    }
    return accepted;
  }
}

/** As the column `version` orders values. */
const versionAfter = ({ as_of: asOf, lane }: DeliveryBatch): bigint =>
  (BigInt(asOf) * 2n + (lane === 'urgent' ? 1n : 0n) + 1n) << 64n;

/** An urgent record is asked for only once it has waited: before, nothing newer can have been accepted. */
const FRESH_MS = 60_000;

/**
 * Tells fence and ledger what was accepted of a batch's records, perhaps by another process or plan. The urgent lane does not wait for ClickHouse:
 * what cannot be read there is done without.
 */
export async function loadAccepted(
  batch: DeliveryBatch,
  deps: {
    readonly fence: Fence;
    readonly ledger: DeliveryLedger;
    readonly lastAccepted: Pick<LastAcceptedRepository, 'of'>;
    /** The ledger has every key that was accepted since the batch was planned. */
    readonly isLedgerWhole: boolean;
    readonly now: () => number;
    readonly log: KafkaLog;
  },
): Promise<void> {
  const isUrgent = batch.lane === 'urgent';
  if (isUrgent && deps.now() - batch.as_of < FRESH_MS) return;
  try {
    const accepted = await deps.lastAccepted.of(batch, deps.isLedgerWhole);
    for (const field of accepted) deps.fence.load(field);
    const keys = new Set(accepted.map(({ key }) => key));
    deps.ledger.loadAccepted(batch.records.map((record) => record.idempotency_key).filter((key) => keys.has(key)));
  } catch (error) {
    if (!isUrgent) throw error;
    deps.log.debug({ err: error }, 'what was accepted of an urgent record cannot be read now');
  }
}
