import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import { pollUntil } from './poll-until';
import { judgeDelivery, planOfRun, type DeliveryQuestion, type RunDelivery } from './judge-delivery';

export type { RunDelivery } from './judge-delivery';

/** What became of a run at destinations, by the views that sync publishes. */
export async function readDelivery(clickhouse: ClickHouse, question: DeliveryQuestion): Promise<RunDelivery> {
  const plans = await clickhouse.query(
    loadSql(__dirname, 'sql/plans-of-run.sql'),
    { run_id: question.run_id },
    planOfRun,
  );
  return judgeDelivery(question, plans);
}

export interface DeliveryWait extends Pick<DeliveryQuestion, 'currentId' | 'destinations'> {
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  readonly onWait?: (waits: readonly string[]) => void;
}

/** Resolves when the delivery of a run is settled or the wait is over. */
export function waitForDeliveries(
  clickhouse: ClickHouse,
  run: Pick<DeliveryQuestion, 'run_id' | 'deliver'>,
  { currentId, destinations, waitMs, signal, onWait }: DeliveryWait,
): Promise<RunDelivery> {
  const question = { run_id: run.run_id, deliver: run.deliver, currentId, destinations };
  let said = '';
  return pollUntil(() => readDelivery(clickhouse, question), {
    isOver: ({ is_settled, waits_for }) => {
      const words = waits_for.join(', ');
      if (!is_settled && words !== said) onWait?.(waits_for);
      said = words;
      return is_settled;
    },
    waitMs,
    signal,
  });
}
