import type { Load, LoadPart, PartReading, PartsReading, Tools } from '@millrace/catalog-destinations';
import type { LoadableView } from '@millrace/catalog-models/published';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { describeView, type ViewTable } from './view-table';

export interface LoadDeps {
  readonly clickhouse: ClickHouse;
  readonly load: Load<unknown>;
  readonly settings: unknown;
  readonly tools: Tools;
}

/** What one load did. */
export interface LoadResult {
  readonly replaced: number;
  readonly removed: number;
  readonly rows: number;
  /** Why it ended early; null: everything that the view had is there. */
  readonly problem: string | null;
}

/** Reads a part again that was built again meanwhile; after this many reads it waits for the next tick. */
const ROUNDS = 3;

type Builds = ReadonlyMap<string, string>;
type Failure = Exclude<PartReading, { kind: 'replaced' | 'there' | 'busy' | 'outdated' }>;

/**
 * Brings a table to what its view is now: parts whose build is another one are replaced, parts that are gone are removed, each with
 * its mark in a transaction of its own. It may be interrupted anywhere and run by several at once.
 */
export async function runLoad(
  { clickhouse, load, settings, tools }: LoadDeps,
  { view, table }: { readonly view: string; readonly table: string },
  loadable: LoadableView,
): Promise<LoadResult> {
  let replaced = 0;
  let removed = 0;
  let rows = 0;
  const ended = (problem: string | null): LoadResult => ({ replaced, removed, rows, problem });

  const described = await describeView(clickhouse, table, view, loadable);
  for (let round = 0; round < ROUNDS; round++) {
    const there = await load.begin(described.table, settings, tools);
    if (there.kind !== 'parts') return ended(inWords(there));
    const wanted = await newestBuilds(clickhouse, loadable);
    // A database that was just made, or a change of the zone whose days are not built yet.
    if (wanted.size === 0 && there.builds.size > 0) return ended(`${view} has no rows now: what was loaded is left`);
    let isOutdated = false;
    for (const { part, build } of changedParts(wanted, there.builds)) {
      if (tools.signal.aborted) return ended('Stopped');
      const reading = await load.replace(
        described.table,
        partOf(clickhouse, described, loadable, part, build, tools),
        settings,
        tools,
      );
      switch (reading.kind) {
        case 'replaced':
          if (build === null) removed += 1;
          else replaced += 1;
          rows += reading.rows;
          break;
        case 'outdated':
          isOutdated = true;
          break;
        case 'there':
        case 'busy':
          break;
        default:
          return ended(`${part}: ${inWords(reading)}`);
      }
    }
    if (!isOutdated) return ended(null);
  }
  return ended('Parts are built faster than they are loaded');
}

/** In the order of parts, those that are gone last. */
export function changedParts(
  wanted: Builds,
  there: Builds,
): readonly { readonly part: string; readonly build: string | null }[] {
  const changed = [...wanted].filter(([part, build]) => there.get(part) !== build).sort();
  const gone = [...there.keys()].filter((part) => !wanted.has(part)).sort();
  return [...changed.map(([part, build]) => ({ part, build })), ...gone.map((part) => ({ part, build: null }))];
}

async function newestBuilds(clickhouse: ClickHouse, { parts }: LoadableView): Promise<Builds> {
  const rows = await clickhouse.query<{ part: string; build: string }>(parts);
  return new Map(rows.map(({ part, build }) => [part, build]));
}

const partOf = (
  clickhouse: ClickHouse,
  { rows }: ViewTable,
  loadable: LoadableView,
  part: string,
  build: string | null,
  { signal }: Tools,
): LoadPart => ({
  part,
  build,
  rows: () =>
    clickhouse.readBytes(rows, 'TabSeparated', { part }, { signal, settings: { date_time_output_format: 'iso' } }),
  isCurrent: async () => ((await newestBuilds(clickhouse, loadable)).get(part) ?? null) === build,
});

const inWords = (reading: Failure | Exclude<PartsReading, { kind: 'parts' }>): string =>
  reading.kind === 'paused' ? `${reading.detail} (somebody must act)` : reading.detail;
