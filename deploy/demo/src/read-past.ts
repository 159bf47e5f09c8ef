import { loadSql } from '@millrace/platform-clickhouse';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

// ClickHouse writes 64-bit integers as strings in JSON; decimals come as text, so that none is rounded on the way.
const count = z.coerce.number();

const atRisk = z.object({
  account: z.string(),
  band: z.string(),
  health: z.number().nullable(),
  change: z.number().nullable(),
  risks: z.array(z.string()),
  reasons: z.array(z.string()),
  renewal_on: z.string().nullable(),
  arr: z.number().nullable(),
  csm: z.string(),
});
const health = z.object({
  account_id: z.string(),
  band: z.string(),
  is_at_risk: z.boolean(),
  risks: z.array(z.string()),
});
const channelCredit = z.object({
  conversion: z.string(),
  channel: z.string(),
  first: count,
  last: count,
  markov: count,
});
const creditSum = z.object({
  conversion: z.string(),
  rule: z.string(),
  conversions: count,
  credit: count,
  value_minor: count,
  credited_minor: count,
  is_equal: z.coerce.boolean(),
});

export type AtRisk = z.infer<typeof atRisk>;
export type Health = z.infer<typeof health>;
export type ChannelCredit = z.infer<typeof channelCredit>;
export type CreditSum = z.infer<typeof creditSum>;

const sql = (name: string): string => loadSql(__dirname, `sql/${name}.sql`);

/** What the weeks and the month before say; each query is a `.sql` file beside this one. */
export const readAtRisk = (clickhouse: ClickHouse, accounts: number) =>
  clickhouse.query(sql('accounts-at-risk'), { accounts }, atRisk);
export const readHealth = (clickhouse: ClickHouse) => clickhouse.query(sql('health'), {}, health);
export const readChannelCredit = (clickhouse: ClickHouse, month: string) =>
  clickhouse.query(sql('credit-by-channel'), { month }, channelCredit);
export const readCreditSums = (clickhouse: ClickHouse, month: string) =>
  clickhouse.query(sql('credit-sums'), { month }, creditSum);
