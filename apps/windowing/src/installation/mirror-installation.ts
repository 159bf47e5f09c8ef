import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { Installation } from '@millrace/platform-kafka';

/** Puts a recorded revision where commands find it in a millisecond; the same one again replaces itself. */
export async function mirrorInstallation(clickhouse: ClickHouse, installation: Installation): Promise<void> {
  const { variables, decided_at, ...row } = installation;
  const text = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
  await clickhouse.insertRows('installations', [
    { ...row, variables: text, decided_at: new Date(decided_at).toISOString() },
  ]);
}

/** Numbers as text again become numbers, so that they compare with parsed variables. */
const valueOf = (text: string): string | number => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);

/** The newest mirrored revision; undefined before the first deploy that records it. */
export async function readMirroredInstallation(clickhouse: ClickHouse): Promise<Installation | undefined> {
  const isThere = await clickhouse.queryOne(
    "select 1 from system.tables where database = currentDatabase() and name = 'installations'",
  );
  if (isThere === undefined) return undefined;
  const row = await clickhouse.queryOne<{
    revision: number;
    variables: Record<string, string>;
    note: string;
    decided_by: string;
    decided_at_ms: number;
  }>(
    `select revision, variables, note, decided_by, toUnixTimestamp64Milli(decided_at) as decided_at_ms
    from installations
    order by revision desc
    limit 1`,
  );
  if (row === undefined) return undefined;
  const { decided_at_ms, variables, ...rest } = row;
  const values = Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, valueOf(text)]));
  return { ...rest, variables: values, decided_at: decided_at_ms };
}
