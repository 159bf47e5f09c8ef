import { isRefusal, separateRefused, type Refused } from '@millrace/platform-clickhouse';

import type { LandingStore } from '../store/landing-store';
import type { JsonRow } from './chunk';
import { persist, withTimeout, type Persistence } from './persist';

/**
 * Stores rows, repeated until ClickHouse has acknowledged all but those that it refuses even alone, which it returns. When it
 * refuses all of many, the table is wrong and not a row: that is waited for.
 */
export function storeRows(
  rows: readonly JsonRow[],
  store: LandingStore,
  insertTimeoutMs: number,
  waiting: Persistence,
): Promise<readonly Refused<JsonRow>[]> {
  const insert = (part: readonly JsonRow[]): Promise<void> =>
    withTimeout(insertTimeoutMs, waiting.signal, (signal) => store.insertRows(part, { signal }));
  return persist(async () => {
    let looked = 0;
    const refused = await separateRefused(rows, {
      insert,
      isRefusal,
      onRefusal: async (error, part, hasAccepted) => {
        if (part === 1 && !hasAccepted) store.trust.allowLook(++looked, error);
      },
    });
    if (refused.length === 0) return refused;
    if (refused.length < rows.length) store.trust.accepted(undefined);
    else store.trust.setAside(store.trust.allowSetAside(refused.map(({ error }) => error)));
    return refused;
  }, waiting);
}
