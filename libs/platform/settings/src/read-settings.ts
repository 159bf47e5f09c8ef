import { readFileSync } from 'node:fs';

import { ConfigError } from '@millrace/platform-errors';

import { parseSettingsText, type SettingsText } from './settings-text';

/** Reads a settings file from disk. Throws ConfigError when it is not there, or is not YAML or JSON. */
export function readSettings(file: string, advice = 'Name a YAML or JSON file that can be read'): SettingsText {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${file} cannot be read`, { code: 'FILE_UNREADABLE', advice, cause, details: { file } });
  }
  return parseSettingsText(text, file);
}
