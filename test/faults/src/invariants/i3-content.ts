import type { Signal } from '@millrace/contract-signal';
import { loadSql } from '@millrace/platform-clickhouse';

import { rowKey, type ExpectedRow } from './expect-content';
import type { Checker } from './violation';

interface Visible {
  readonly topic: string;
  readonly window_ms: number;
  readonly signal_id: string;
  readonly step: number;
}

/** I3: the rows are those that an oracle computes from the ledger: which copy, in which step, with which fields; no others. */
export const checkContent: Checker = async ({ step: newest, sealed, expected, clickhouse }) => {
  const found: string[] = [];
  const rows = new Map(sealed.map((row) => [rowKey(row.topic, row.window_ms, row.signal_id), row]));
  for (const [key, row] of rows) {
    const wanted = expected.rows.get(key);
    if (wanted === undefined) {
      found.push(`${key} is sealed by step ${row.step}, but should not be`);
      continue;
    }
    const at = [row.step, row.topic_epoch, row.partition, row.offset, row.is_late].join('/');
    const shouldBe = [wanted.step, wanted.epoch, wanted.partition, wanted.offset, wanted.isLate].join('/');
    if (at !== shouldBe) found.push(`${key} is step/epoch/partition/offset/late ${at}, not ${shouldBe}`);
    const difference = differenceOf(JSON.parse(row.content) as unknown[], wanted);
    if (difference !== null) found.push(`${key} ${difference}`);
  }
  for (const [key, { step }] of expected.rows) {
    if (!rows.has(key)) found.push(`${key} is not sealed, but belongs to step ${step}`);
  }
  const visible = await clickhouse.query<Visible>(loadSql(__dirname, 'sql/visible-signals.sql'), { step: newest });
  const seen = new Set(visible.map((row) => `${row.step} ${rowKey(row.topic, row.window_ms, row.signal_id)}`));
  for (const [key, { step }] of expected.rows) {
    if (!seen.delete(`${step} ${key}`)) found.push(`a reader does not get ${key} of step ${step}`);
  }
  for (const key of seen) found.push(`a reader gets ${key}, which should not be there`);
  return found;
};

/** The fields as sent; the same order as in attempt-rows.sql. */
const fieldsOf = (signal: Signal): unknown[] => [
  signal.type,
  signal.source,
  signal.occurred_at,
  signal.received_at,
  signal.anonymous_id,
  signal.user_id,
  signal.email,
  signal.account_id,
  signal.domain,
  signal.session_id,
  signal.url,
  signal.referrer,
  signal.country,
  signal.user_agent,
  signal.value,
  Object.keys(signal.properties).sort(),
  Object.values(signal.properties).sort(),
  signal.key_kind,
];

function differenceOf(content: readonly unknown[], { signal }: ExpectedRow): string | null {
  const wanted = fieldsOf(signal);
  const at = wanted.findIndex((field, index) => comparable(field) !== comparable(content[index]));
  return at < 0 ? null : `has ${JSON.stringify(content[at])} in field ${at}, not ${JSON.stringify(wanted[at])}`;
}

/** ClickHouse writes 64-bit numbers as text in some settings. */
const comparable = (field: unknown): string => JSON.stringify(typeof field === 'number' ? String(field) : field);
