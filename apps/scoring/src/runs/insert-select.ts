import type { ClickHouse, QueryParams } from '@millrace/platform-clickhouse';

/**
 * A night shares the server with everything else: beyond a gigabyte a statement groups and sorts on disk, and what it inserts is
 * written in smaller blocks than ClickHouse's own million rows. A select that knows better says so in its own settings.
 */
const SETTINGS = {
  max_bytes_before_external_group_by: '1000000000',
  max_bytes_before_external_sort: '1000000000',
  min_insert_block_size_rows: '262144',
  min_insert_block_size_bytes: '134217728',
};

/** Columns of a select, by its text: they do not depend on what is bound. */
const columnsOf = new Map<string, string>();

/** Inserts the rows of a select into a table, column by column of the same name. */
export async function insertSelect(
  clickhouse: ClickHouse,
  into: string,
  select: string,
  params: QueryParams,
): Promise<void> {
  let columns = columnsOf.get(select);
  if (columns === undefined) {
    const described = await clickhouse.query<{ readonly name: string }>(`describe (\n${select}\n)`, params);
    columns = described.map(({ name }) => name).join(', ');
    columnsOf.set(select, columns);
  }
  await clickhouse.command(`insert into ${into} (${columns})\n${select}`, params, { settings: SETTINGS });
}
