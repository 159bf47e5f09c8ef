import type { ClickHouse } from '../clickhouse';
import { rowsSetAside } from './metrics';
import { isRefusal, reasonOf } from './refusals';
import { separateRefused, type Refused } from './separate-refused';
import { toSetAsideRow, type Origin } from './set-aside-row';
import { TableTrust } from './table-trust';

/** A table that takes rows made from records. The same row again must replace itself: an insert is repeated. */
export interface RecordTable<Item> {
  readonly table: string;
  /** Pure. What it throws sets the item aside. */
  readonly toRow: (item: Item) => object;
  /** What tells rows of one record apart, where a record makes several. */
  readonly keyOf?: (item: Item) => string;
}

export interface SettingAsideDeps {
  readonly clickhouse: ClickHouse;
  readonly service: string;
  readonly log: { error(fields: object, message: string): void };
  readonly now?: () => number;
}

export interface InsertSources {
  /** Where each item came from, in the order of the items. */
  readonly origins?: readonly Origin[];
  /** Called between the calls of a batch that has to be taken apart, which may take a while. */
  readonly heartbeat?: () => Promise<void>;
}

export interface Inserted {
  readonly stored: number;
  readonly setAside: number;
}

/** Nothing is dropped without a word: a column that is missing refuses the row. Any number of months may meet in one insert. */
const SETTINGS = { input_format_skip_unknown_fields: 0, max_partitions_per_insert_block: '0' } as const;
/** Of refused rows written at once. */
const MOST_ROWS_AT_ONCE = 100;

interface Converted<Item> {
  readonly item: Item;
  readonly origin: Origin | undefined;
  readonly row: object;
}

/**
 * Inserts rows so that one which ClickHouse refuses holds up no other: it is set aside in `rows_set_aside` with its reason, and
 * the rest is stored. When `insert` resolves, every item is in one of the two tables, so an offset may be committed.
 */
export class SettingAside {
  readonly #deps: SettingAsideDeps;
  readonly #trusts = new Map<string, TableTrust<object>>();

  constructor(deps: SettingAsideDeps) {
    this.#deps = deps;
  }

  /**
   * One call to ClickHouse when nothing is refused. Rejects when ClickHouse is away, and when the table rather than a row is
   * wrong; then nothing is set aside, and some of the rows may be stored.
   */
  async insert<Item>(
    target: RecordTable<Item>,
    items: readonly Item[],
    { origins, heartbeat }: InsertSources = {},
  ): Promise<Inserted> {
    const { table } = target;
    const refused: Refused<Pick<Converted<Item>, 'item' | 'origin'>>[] = [];
    const converted: Converted<Item>[] = [];
    for (const [index, item] of items.entries()) {
      const origin = origins?.[index];
      try {
        converted.push({ item, origin, row: target.toRow(item) });
      } catch (error) {
        refused.push({ item: { item, origin }, error });
      }
    }
    const trust = this.#trustOf(table);
    let hasProbed = false;
    let looked = 0;
    const unstored = await separateRefused(converted, {
      insert: (part) => this.#insertRows(table, part),
      isRefusal,
      onRefusal: async (error, part, hasAccepted) => {
        await heartbeat?.();
        if (!hasProbed) await trust.probe(error);
        hasProbed = true;
        if (part === 1 && !hasAccepted) trust.allowLook(++looked, error);
      },
    });
    refused.push(...unstored);
    const stored = converted.length - unstored.length;
    if (stored > 0) trust.accepted(lastStored(converted, unstored)?.row);
    if (refused.length === 0) return { stored, setAside: 0 };
    const unproven = stored > 0 ? 0 : trust.allowSetAside(refused.map(({ error }) => error));
    await this.#setAside(target, refused);
    trust.setAside(unproven);
    return { stored, setAside: refused.length };
  }

  #trustOf(table: string): TableTrust<object> {
    let trust = this.#trusts.get(table);
    if (trust === undefined) {
      trust = new TableTrust(table, (row) => this.#insertRows(table, [{ row }]));
      this.#trusts.set(table, trust);
    }
    return trust;
  }

  async #insertRows(table: string, part: readonly { readonly row: object }[]): Promise<void> {
    await this.#deps.clickhouse.insertRows(
      table,
      part.map(({ row }) => row),
      { settings: SETTINGS },
    );
  }

  async #setAside<Item>(
    { table, keyOf }: RecordTable<Item>,
    refused: readonly Refused<Pick<Converted<Item>, 'item' | 'origin'>>[],
  ): Promise<void> {
    const { clickhouse, service, log, now = Date.now } = this.#deps;
    for (let from = 0; from < refused.length; from += MOST_ROWS_AT_ONCE) {
      const rows = refused
        .slice(from, from + MOST_ROWS_AT_ONCE)
        .map(({ item: { item, origin }, error }) =>
          toSetAsideRow({ service, table, item, error, origin, key: keyOf?.(item), now: now() }),
        );
      await clickhouse.insertRows('rows_set_aside', rows);
    }
    rowsSetAside.inc({ table }, refused.length);
    log.error(
      { table, rows: refused.length, reason: reasonOf(refused.at(-1)?.error), advice: 'npx millrace set-aside list' },
      `${refused.length} rows of ${table} were refused and are set aside; the others are stored`,
    );
  }
}

function lastStored<Row>(converted: readonly Row[], unstored: readonly Refused<Row>[]): Row | undefined {
  const refused = new Set(unstored.map(({ item }) => item));
  return converted.findLast((row) => !refused.has(row));
}
