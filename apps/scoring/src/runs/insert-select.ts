import type { ClickHouse, QueryParams } from '@millrace/platform-clickhouse';

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
  await clickhouse.command(`insert into ${into} (${columns})\n${select}`, params);
}
