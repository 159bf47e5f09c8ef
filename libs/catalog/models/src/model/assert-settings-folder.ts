import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ConfigError, namesInWords } from '@millrace/platform-errors';

import { MODELS } from './model-registry';

/**
 * A settings file that no model reads would be ignored in silence, and so would a folder that is not there: both are
 * refused. Throws ConfigError.
 */
export function assertSettingsFolder(folder: string): void {
  if (!existsSync(folder)) {
    throw new ConfigError(`MODELS_CONFIG_DIR: there is no folder ${folder}`, {
      code: 'FILE_UNREADABLE',
      advice: 'Name the folder that holds <model>.yaml; an empty one leaves every setting at its default',
    });
  }
  const known = MODELS.map(({ name }) => `${name}.yaml`);
  const strangers = readdirSync(folder).filter((file) => /\.ya?ml$/i.test(file) && !known.includes(file));
  const [first] = strangers;
  if (first === undefined) return;
  const lines = strangers.map((file) => `  ${join(folder, file)}: there is ${namesInWords(file, known)}`);
  throw new ConfigError(['No model reads these settings:', ...lines].join('\n'), {
    code: 'FILE_INVALID',
    advice: 'Give them the name of a model, or another ending',
  });
}
