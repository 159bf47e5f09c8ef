import type { ClickHouse } from '@millrace/platform-clickhouse';

/** Keeps the settings of a run under their hash; the same ones again replace themselves. */
export async function noteSettings(
  clickhouse: ClickHouse,
  model: string,
  settingsHash: string,
  settings: object,
): Promise<void> {
  const row = { model, settings_hash: settingsHash, settings: JSON.stringify(settings) };
  await clickhouse.insertRows('model_settings', [row], { columns: ['model', 'settings_hash', 'settings'] });
}

/** Settings that a run used; undefined when none were noted under the hash. */
export async function settingsOf(clickhouse: ClickHouse, model: string, settingsHash: string): Promise<unknown> {
  const row = await clickhouse.queryOne<{ settings: string }>(
    `select settings
    from model_settings
    where model = {model: String} and settings_hash = {settings_hash: String}
    order by used_at desc
    limit 1`,
    { model, settings_hash: settingsHash },
  );
  return row === undefined ? undefined : (JSON.parse(row.settings) as unknown);
}
