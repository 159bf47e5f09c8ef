import type { SealStep } from '@millrace/contract-window';

import type { World } from './world';

/** The newest step in the mirror, to wait for; undefined before the first. */
export async function newestStep({ corner }: World): Promise<SealStep | undefined> {
  const row = await corner.clickhouse.queryOne<{ readonly record: string }>(
    'select record from seal_steps order by step desc limit 1',
  );
  return row === undefined ? undefined : (JSON.parse(row.record) as SealStep);
}
