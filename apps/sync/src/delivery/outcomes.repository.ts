import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import type { DeliveryOutcome } from '@millrace/contract-delivery';
import { z } from 'zod';

import type { LedgerRow } from './delivery-ledger';

const ledgerRow = z.object({
  idempotency_key: z.string(),
  is_accepted: z.number().transform(Boolean),
  is_final: z.number().transform(Boolean),
  attempts: z.number(),
});

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** The table `deliveries`: the outcomes topic as rows. */
export class OutcomesRepository {
  readonly #clickhouse: ClickHouse;

  constructor(clickhouse: ClickHouse) {
    this.#clickhouse = clickhouse;
  }

  /** The same outcome again replaces itself. */
  async insert(outcomes: readonly DeliveryOutcome[]): Promise<void> {
    await this.#clickhouse.insertRows(
      'deliveries',
      outcomes.map((outcome) => ({
        ...outcome,
        run_id: outcome.run_id ?? '',
        fields: JSON.stringify(outcome.fields),
        as_of: isoOf(outcome.as_of),
        attempted_at: isoOf(outcome.attempted_at),
        accepted_at: outcome.accepted_at === null ? null : isoOf(outcome.accepted_at),
      })),
    );
  }

  async ledgerOfPlan(destination: string, planId: string): Promise<LedgerRow[]> {
    return this.#clickhouse.query(
      loadSql(__dirname, 'sql/read-plan-ledger.sql'),
      { destination, plan_id: planId },
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
}
