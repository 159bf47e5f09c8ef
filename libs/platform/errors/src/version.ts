import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version that every program of Millrace answers to `--version`; all packages have the same. */
export function millraceVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };
  return version;
}
