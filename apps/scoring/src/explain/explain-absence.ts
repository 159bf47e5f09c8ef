import { emailKey } from '@millrace/identity';
import type { ClickHouse } from '@millrace/platform-clickhouse';

export interface AskedRun {
  readonly as_of_date: string;
  readonly zone: string;
}

const SIGNALS_SINCE = `select count() as signals
from signals
where (user_id = {entity: String} or email_normalized = {email: String} or anonymous_id = {entity: String})
  and window_start >= toDateTime({day: String}, {zone: String})`;

/** Why somebody whose signals are there is not in a run, and what to do; null for whom nobody has heard of. */
export async function explainAbsence(clickhouse: ClickHouse, entity: string, run: AskedRun): Promise<string | null> {
  const { as_of_date: day, zone } = run;
  const found = await clickhouse.queryOne<{ signals: number }>(SIGNALS_SINCE, {
    entity,
    email: emailKey(entity) ?? entity,
    day: `${day} 00:00:00`,
    zone,
  });
  const signals = found?.signals ?? 0;
  if (signals > 0) {
    return (
      `The run looks at whole days before ${day} (${zone}), and the ${signals} signals of ${entity} are of that day or later: ` +
      'they count in the run of the day after them'
    );
  }
  return null;
}
