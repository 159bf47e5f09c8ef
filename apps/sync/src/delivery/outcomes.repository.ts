import type { DeliveryBatch } from '@millrace/contract-delivery';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

import { OUT_OF_TIME } from './chunk';
import type { LedgerRow } from './delivery-ledger';

const ledgerRow = z.object({
  idempotency_key: z.string(),
  is_accepted: z.number().transform(Boolean),
  is_final: z.number().transform(Boolean),
  attempts: z.number(),
});

const tierRow = z.object({ tier_name: z.string(), records: z.coerce.number() });

const OLDEST_ATTEMPT_MS = 15 * 86_400_000;
const isoOf = (ms: number): string => new Date(ms).toISOString();

/** What the table `deliveries`, the outcomes topic as rows, says is done. */
export class OutcomesRepository {
  readonly #clickhouse: ClickHouse;

  constructor(clickhouse: ClickHouse) {
    this.#clickhouse = clickhouse;
  }

  /** Of the plan of a batch. A plan's chunks lie in their topic for 14 days: older attempts are not looked at. */
  async ledgerOfPlan({
    destination,
    plan_id,
    created_at: createdAt,
  }: Pick<DeliveryBatch, 'destination' | 'plan_id' | 'created_at'>): Promise<LedgerRow[]> {
    return this.#clickhouse.query(
      loadSql(__dirname, 'sql/read-plan-ledger.sql'),
      { destination, plan_id, since: isoOf(createdAt - OLDEST_ATTEMPT_MS) },
      ledgerRow,
    );
  }

  /** Keys of the urgent lane since `since` (epoch milliseconds). */
  async urgentLedger(destination: string, since: number): Promise<(LedgerRow & { readonly plan_id: string })[]> {
    return this.#clickhouse.query(
      loadSql(__dirname, 'sql/read-urgent-ledger.sql'),
      { destination, since: isoOf(since) },
      ledgerRow.extend({ plan_id: z.string() }),
    );
  }

  /** Records of a plan that were not sent in time, by the tier that the plan was ordered by. */
  async outOfTimeByTier(destination: string, planId: string): Promise<Readonly<Record<string, number>>> {
    const rows = await this.#clickhouse.query(
      loadSql(__dirname, 'sql/count-out-of-time.sql'),
      { destination, plan_id: planId, detail: OUT_OF_TIME },
      tierRow,
    );
    return Object.fromEntries(rows.map(({ tier_name, records }) => [tier_name, records]));
  }
}
