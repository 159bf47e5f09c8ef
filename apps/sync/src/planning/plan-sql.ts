import { loadSql } from '@millrace/platform-clickhouse';
import type { Subject } from '@millrace/contract-delivery';

/** Views that scoring publishes of people and of accounts; their shapes are the same. */
const VIEWS = {
  person: { audience: 'audience_people_of', instance_records: 'instance_people' },
  account: { audience: 'audience_accounts_of', instance_records: 'instance_accounts' },
} as const satisfies Record<Subject, object>;

/** A statement of `sql/` that reads people or accounts. */
export function planSql(name: string, subject: Subject): string {
  const views: Readonly<Record<string, string>> = VIEWS[subject];
  return loadSql(__dirname, `sql/${name}.sql`).replace(/\{\{(\w+)\}\}/g, (_, view: string) => views[view] ?? view);
}
