import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import type { Evidence } from './evidence';
import { partitionKey, placeKey, type Terms } from './expect-content';
import type { ChainStep } from './read-chain';
import type { Checker } from './violation';

interface At {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
}

interface Tables {
  readonly landed: readonly (At & { readonly offset: number; readonly window_ms: number })[];
  readonly quarantined: readonly (At & { readonly offset: number; readonly reason: string })[];
  readonly skipped: readonly (At & { readonly first_offset: number; readonly last_offset: number })[];
  readonly duplicates: readonly (At & {
    readonly step: number;
    readonly attempt_id: string;
    readonly duplicates: number;
  })[];
}

const TERMS = ['offsets', 'sealed', 'duplicates', 'quarantined', 'skipped', 'waiting'] as const;

/**
 * I4: per partition and step, sealed + duplicates + quarantined + skipped + waiting in open windows = offsets, each term counted on
 * its own from its own table; and each is what the ledger says.
 */
export const checkOffsets: Checker = async (evidence) => {
  const tables = await readTables(evidence.clickhouse);
  const found = checkReasons(evidence, tables);
  for (const link of evidence.chain.winners) {
    const { step } = link;
    for (const { topic, topic_epoch, offsets } of step.vector) {
      offsets.forEach((end, partition) => {
        const at = { topic, topic_epoch, partition };
        const terms = countTerms(evidence, tables, link, at, end);
        const where = `step ${step.step}, ${topic}/${partition} epoch ${topic_epoch}`;
        const sum = terms.sealed + terms.duplicates + terms.quarantined + terms.skipped + terms.waiting;
        if (sum !== end) found.push(`${where}: ${JSON.stringify(terms)} add up to ${sum}`);
        const key = partitionKey({ topic, epoch: topic_epoch, partition });
        const wanted = evidence.expected.terms.get(step.step)?.get(key);
        for (const term of TERMS) {
          if (wanted?.[term] !== terms[term]) found.push(`${where}: ${terms[term]} ${term}, not ${wanted?.[term]}`);
        }
      });
    }
  }
  return found;
};

function countTerms(evidence: Evidence, tables: Tables, link: ChainStep, at: At, end: number): Terms {
  const upTo = link.step.step;
  const winners = new Set(
    evidence.chain.winners.filter(({ step }) => step.step <= upTo).map(({ step }) => step.attempt_id),
  );
  const isHere = (row: At): boolean =>
    row.topic === at.topic && row.topic_epoch === at.topic_epoch && row.partition === at.partition;
  return {
    offsets: end,
    sealed: evidence.sealed.filter((row) => row.step <= upTo && isHere(row)).length,
    duplicates: tables.duplicates
      .filter((row) => row.step <= upTo && winners.has(row.attempt_id) && isHere(row))
      .reduce((sum, row) => sum + row.duplicates, 0),
    quarantined: tables.quarantined.filter((row) => isHere(row) && row.offset < end).length,
    skipped: countUnion(tables.skipped.filter(isHere), end),
    waiting: tables.landed.filter((row) => isHere(row) && row.offset < end && row.window_ms >= link.closedBefore)
      .length,
  };
}

function checkReasons({ expected }: Evidence, { quarantined }: Tables): string[] {
  return quarantined.flatMap((row) => {
    const wanted = expected.quarantined.get(placeKey({ ...row, epoch: row.topic_epoch }));
    if (wanted === row.reason || wanted === undefined) return [];
    return [`${row.topic}/${row.partition} offset ${row.offset} is quarantined as ${row.reason}, not ${wanted}`];
  });
}

/** Offsets below `end` that some range covers. */
function countUnion(
  ranges: readonly { readonly first_offset: number; readonly last_offset: number }[],
  end: number,
): number {
  const covered = new Set<number>();
  for (const { first_offset: first, last_offset: last } of ranges) {
    for (let offset = first; offset <= last && offset < end; offset++) covered.add(offset);
  }
  return covered.size;
}

async function readTables(clickhouse: ClickHouse): Promise<Tables> {
  const read = <Row>(name: string): Promise<Row[]> => clickhouse.query<Row>(loadSql(__dirname, `sql/${name}.sql`));
  return {
    landed: await read('landed-offsets'),
    quarantined: await read('quarantined-offsets'),
    skipped: await read('skipped-ranges'),
    duplicates: await read('attempt-duplicates'),
  };
}
