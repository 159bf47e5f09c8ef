import { loadSql } from '@millrace/platform-clickhouse';
import { offsetIn } from '@millrace/contract-window';

import type { Evidence } from './evidence';
import { partitionKey } from './expect-content';
import type { Checker } from './violation';

interface Row {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
  readonly offsets: number;
  readonly sealed: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly skipped: number;
  readonly waiting: number;
  readonly unaccounted: number;
  readonly is_balanced: boolean;
  readonly landed_beyond: number;
}

interface WindowRow {
  readonly window_ms: number;
  readonly topic: string;
  readonly sealed: number;
  readonly duplicates: number;
  readonly unaccounted: number;
  readonly is_balanced: boolean;
}

const TERMS = ['offsets', 'sealed', 'duplicates', 'quarantined', 'skipped', 'waiting'] as const;

/** I9: the service's own `conservation` as of a step balances, per partition and per window and source, and says what the ledger says. */
export const checkConservation: Checker = async (evidence) => [
  ...(await checkSteps(evidence)),
  ...(await checkWindows(evidence)),
];

async function checkSteps({ chain, clickhouse, expected, partitions, epochOf }: Evidence): Promise<string[]> {
  const found: string[] = [];
  const steps = chain.winners.map(({ step }) => step);
  // The first, the last and some between.
  const every = Math.max(1, Math.ceil(steps.length / 4));
  for (const step of steps.filter((_, index) => index % every === 0 || index === steps.length - 1)) {
    const rows = await clickhouse.query<Row>(loadSql(__dirname, 'sql/conservation.sql'), { step: step.step });
    const wanted = expected.terms.get(step.step) ?? new Map();
    for (const row of rows) {
      const where = `as of step ${step.step}, ${row.topic}/${row.partition}`;
      if (!row.is_balanced || row.unaccounted !== 0) found.push(`${where}: ${row.unaccounted} unaccounted`);
      const terms = wanted.get(partitionKey({ ...row, epoch: row.topic_epoch }));
      for (const term of TERMS) {
        const shouldBe = terms?.[term] ?? 0;
        if (row[term] !== shouldBe) found.push(`${where}: conservation says ${row[term]} ${term}, not ${shouldBe}`);
      }
      const end = partitions.find((at) => at.topic === row.topic && at.partition === row.partition)?.end ?? 0;
      const beyond = end - offsetIn(step.vector, row.topic, row.topic_epoch, row.partition);
      if (row.topic_epoch === epochOf(row.topic) && row.landed_beyond > Math.max(0, beyond)) {
        found.push(`${where}: ${row.landed_beyond} landed beyond V, the log has ${beyond}`);
      }
    }
    if (rows.length < wanted.size) found.push(`as of step ${step.step}: ${rows.length} partitions of ${wanted.size}`);
  }
  return found;
}

async function checkWindows({ chain, clickhouse, expected }: Evidence): Promise<string[]> {
  const found: string[] = [];
  const sealed = new Map<string, number>();
  for (const { window, topic } of expected.rows.values()) {
    const key = `${window}|${topic}`;
    sealed.set(key, (sealed.get(key) ?? 0) + 1);
  }
  const rows = await clickhouse.query<WindowRow>(loadSql(__dirname, 'sql/window-conservation.sql'), {
    closed_before: (chain.winners.at(-1)?.closedBefore ?? 0) / 1000,
  });
  for (const row of rows) {
    const key = `${row.window_ms}|${row.topic}`;
    const wanted = [sealed.get(key) ?? 0, expected.duplicates.get(key) ?? 0];
    sealed.delete(key);
    if (!row.is_balanced) found.push(`window ${key}: ${row.unaccounted} unaccounted`);
    if (row.sealed !== wanted[0] || row.duplicates !== wanted[1]) {
      found.push(`window ${key}: ${row.sealed} sealed and ${row.duplicates} duplicates, not ${wanted.join(' and ')}`);
    }
  }
  for (const key of sealed.keys()) found.push(`window ${key} is missing in window_conservation`);
  return found;
}
