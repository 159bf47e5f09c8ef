import { instant, listing, values } from '@millrace/platform-commands';

import type { ListedDelivery } from './deliveries';

const HEADER = ['time', 'destination', 'object', 'record', 'lane', 'outcome', 'attempts', 'answer', 'values'];

/** Deliveries for people, a line each: when it was last tried, how it ended, which values were sent. */
export function deliveriesInWords(rows: readonly ListedDelivery[], isNarrowed: boolean): string[] {
  const cells = rows.map((row) => [
    instant(row.last_attempted_at),
    row.destination,
    row.object,
    row.record_id,
    row.lane,
    row.outcome,
    row.attempts,
    [row.status_code, row.detail].filter((part) => part !== null && part !== '').join(' '),
    values(row.fields),
  ]);
  return listing(HEADER, cells, isNarrowed ? 'no delivery is like that' : 'nothing has been delivered yet');
}
