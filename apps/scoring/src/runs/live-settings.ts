import {
  assertSettingsFolder,
  leadScore,
  loadModelSettings,
  personDays,
  type Model,
  type ModelSettings,
} from '@millrace/catalog-models';
import type { LeadScoreSettings, PersonDaysSettings } from '@millrace/catalog-models';
import { ConfigError, describeError } from '@millrace/platform-errors';
import type { KafkaLog } from '@millrace/platform-kafka';

import { settingsFailures } from '../metrics';

/** What a run counts by. */
export interface RunSettings {
  readonly lead: ModelSettings<LeadScoreSettings>;
  readonly rollup: ModelSettings<PersonDaysSettings>;
}

export interface LiveSettings {
  current(): RunSettings;
  /**
   * Reads the files again. Both are taken, or neither: what is wrong with them is said, and what held before goes on
   * holding. Returns notes for the run, empty when all is well.
   */
  refresh(): readonly string[];
}

/** Throws ConfigError when the files do not hold at the start. */
export function createLiveSettings(folder: string, log: KafkaLog): LiveSettings {
  const read = (): RunSettings => {
    assertSettingsFolder(folder);
    return { lead: loadModelSettings(leadScore, folder), rollup: loadModelSettings(personDays, folder) };
  };
  let current = read();

  return {
    current: () => current,
    refresh() {
      try {
        const found = read();
        refuseVanished(leadScore, current.lead.file, found.lead.file);
        refuseVanished(personDays, current.rollup.file, found.rollup.file);
        if (found.lead.hash !== current.lead.hash || found.rollup.hash !== current.rollup.hash) {
          log.info(
            { lead_score: found.lead.hash, person_days: found.rollup.hash },
            'runs use changed settings from now',
          );
        }
        current = found;
        return [];
      } catch (error) {
        settingsFailures.inc({ model: leadScore.name });
        const problem = describeError(error);
        log.error({ err: error }, `the settings of the models are wrong, those of before still hold: ${problem}`);
        return [`settings: the files are wrong, those of before were used: ${problem}`];
      }
    },
  };
}

/** Half-way through being saved, or deleted by mistake: its defaults are not what anybody asked for. */
function refuseVanished(model: Model, before: string | null, now: string | null): void {
  if (before === null || now !== null) return;
  throw new ConfigError(`${before} with the settings of ${model.name} is gone`, {
    code: 'FILE_UNREADABLE',
    advice: 'Put it back, or restart scoring to run with the defaults',
  });
}
