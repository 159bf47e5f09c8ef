import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

import { ConfigError } from '@millrace/platform-errors';
import { parse } from 'yaml';

export function readDataText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError('A configuration file cannot be read', {
      code: 'FILE_UNREADABLE',
      advice: 'Name a YAML or JSON file; config/destinations holds examples',
      cause: error,
      details: { path },
    });
  }
}

/** YAML, or JSON when the path says so. */
export function parseDataText(text: string, path: string): unknown {
  try {
    return extname(path) === '.json' ? JSON.parse(text) : parse(text);
  } catch (error) {
    throw new ConfigError('A configuration file is no YAML or JSON', {
      code: 'FILE_INVALID',
      cause: error,
      details: { path },
    });
  }
}
