import { assertSettingsFolder, loadModelSettings, type Model, type ModelSettings } from '@millrace/catalog-models';
import { ConfigError } from '@millrace/platform-errors';

/** What the files in a folder say of each model. */
export type SettingsFiles = ReadonlyMap<string, ModelSettings<object>>;

/**
 * Reads all files, or throws a ConfigError naming what is wrong with them. `before`: a file that was there and is gone is refused:
 * half-way through being saved, or deleted by mistake, its defaults are not what anybody asked for.
 */
export function readSettingsFiles(folder: string, models: readonly Model[], before?: SettingsFiles): SettingsFiles {
  assertSettingsFolder(folder);
  const found = new Map(models.map((model) => [model.name, loadModelSettings(model, folder) as ModelSettings<object>]));
  for (const [name, { file }] of found) {
    const earlier = before?.get(name)?.file ?? null;
    if (earlier === null || file !== null) continue;
    throw new ConfigError(`${earlier} with the settings of ${name} is gone`, {
      code: 'FILE_UNREADABLE',
      advice: 'Put it back, or restart scoring to go on without it',
    });
  }
  return found;
}
