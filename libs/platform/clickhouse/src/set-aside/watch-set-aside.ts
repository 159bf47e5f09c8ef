import type { HealthRegistry } from '@millrace/platform-observability';
import { examinePlace, fine, wrong, type Finding } from '@millrace/platform-commands';

import type { ClickHouse } from '../clickhouse';
import { waitingRows } from './metrics';
import { readWaiting, waitingInWords } from './read-set-aside';

/** Readiness says what a service set aside, as a note: a replica with such a row works on. Keeps the gauge, too. */
export function noteSetAside(health: HealthRegistry, clickhouse: ClickHouse, service: string): void {
  health.addNote('rows set aside', async () => {
    const waiting = await readWaiting(clickhouse, service);
    waitingRows.reset();
    for (const { table_name, waiting: rows } of waiting) waitingRows.set({ table: table_name }, rows);
    const words = waitingInWords(waiting);
    return words === null ? null : `${words} (npx millrace set-aside list)`;
  });
}

/** `doctor`: fails while a row of the service waits, since somebody has to look at it. */
export const examineSetAside = (clickhouse: ClickHouse, service: string): Promise<Finding> =>
  examinePlace(
    'rows set aside',
    async () => {
      const words = waitingInWords(await readWaiting(clickhouse, service));
      if (words === null) return fine('none waits');
      return wrong(
        words,
        'Run `npx millrace set-aside list`, then `retry` or `dismiss`; docs/runbooks/rows-set-aside.md',
      );
    },
    'Run `npx millrace deploy`',
  );
