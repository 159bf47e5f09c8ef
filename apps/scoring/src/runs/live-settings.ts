import { assertSettingsFolder, loadModelSettings, type Model, type ModelSettings } from '@millrace/catalog-models';
import { ConfigError, describeError } from '@millrace/platform-errors';
import type { KafkaLog } from '@millrace/platform-kafka';

import { settingsFailures } from '../metrics';

export interface LiveSettings {
  of(model: Model): ModelSettings<object>;
  /**
   * Reads the files again. All are taken, or none: what is wrong with them is said, and what held before goes on
   * holding. Returns notes for the run, empty when all is well.
   */
  refresh(): readonly string[];
}

/** Settings of models as their files say now. Throws ConfigError when the files do not hold at the start. */
export function createLiveSettings(folder: string, models: readonly Model[], log: KafkaLog): LiveSettings {
  const read = (): Map<string, ModelSettings<object>> => {
    assertSettingsFolder(folder);
    return new Map(models.map((model) => [model.name, loadModelSettings(model, folder) as ModelSettings<object>]));
  };
  let current = read();

  const of = ({ name }: Model): ModelSettings<object> => {
    const settings = current.get(name);
    if (settings === undefined) throw new Error(`${name} is not among the models whose settings are read`);
    return settings;
  };

  return {
    of,
    refresh() {
      try {
        const found = read();
        const changed: Record<string, string> = {};
        for (const [name, settings] of found) {
          const before = current.get(name);
          refuseVanished(name, before?.file ?? null, settings.file);
          if (before?.hash !== settings.hash) changed[name] = settings.hash;
        }
        if (Object.keys(changed).length > 0) log.info(changed, 'runs use changed settings from now');
        current = found;
        return [];
      } catch (error) {
        settingsFailures.inc();
        const problem = describeError(error);
        log.error({ err: error }, `the settings of the models are wrong, those of before still hold: ${problem}`);
        return [`settings: the files are wrong, those of before were used: ${problem}`];
      }
    },
  };
}

/** Half-way through being saved, or deleted by mistake: its defaults are not what anybody asked for. */
function refuseVanished(model: string, before: string | null, now: string | null): void {
  if (before === null || now !== null) return;
  throw new ConfigError(`${before} with the settings of ${model} is gone`, {
    code: 'FILE_UNREADABLE',
    advice: 'Put it back, or restart scoring to run with the defaults',
  });
}
