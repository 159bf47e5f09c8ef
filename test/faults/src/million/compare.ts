import { signalTopicName } from '@millrace/contract-signal';
import { loadSql } from '@millrace/platform-clickhouse';

import type { World } from '../world/world';
import { numberOf, type NumberLedger } from './signal-stream';

export interface Comparison {
  readonly rows: number;
  readonly missing: number;
  readonly repeated: number;
  /** Sealed into another window or topic than the producer's. */
  readonly misplaced: number;
  readonly unknown: number;
  readonly examples: readonly string[];
}

interface Row {
  readonly topic: string;
  readonly window_ms: number;
  readonly signal_id: string;
}

/** What a reader of `signals` gets against what the producer sent, id by id. */
export async function compareIds(world: World, ledger: NumberLedger): Promise<Comparison> {
  const seen = new Uint8Array(ledger.signals);
  const topics = ledger.sources.map((source) => signalTopicName(source, world.corner.topicPrefix));
  const counts = { rows: 0, missing: 0, repeated: 0, misplaced: 0, unknown: 0 };
  const examples: string[] = [];
  const note = (kind: keyof typeof counts, what: string): void => {
    counts[kind] += 1;
    if (examples.length < 20) examples.push(`${kind}: ${what}`);
  };
  const query = loadSql(__dirname, 'sql/visible-signals.sql');
  for await (const { topic, window_ms: windowMs, signal_id: id } of world.corner.clickhouse.stream<Row>(query)) {
    counts.rows += 1;
    const number = numberOf(id);
    if (!(number >= 0 && number < ledger.signals)) {
      note('unknown', `${id} in ${topic}`);
      continue;
    }
    if (seen[number] === 1) note('repeated', id);
    seen[number] = 1;
    const isThere = topic === topics[ledger.sourceOf[number] ?? 0] && windowMs / 1000 === ledger.windows[number];
    if (!isThere) note('misplaced', `${id} in ${topic}, window ${new Date(windowMs).toISOString()}`);
  }
  for (let number = 0; number < ledger.signals; number++) {
    if (seen[number] === 0 && (ledger.copies[number] ?? 0) > 0) note('missing', String(number));
  }
  return { ...counts, examples };
}
