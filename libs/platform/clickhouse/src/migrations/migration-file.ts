import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MillraceError } from '@millrace/platform-errors';

export interface MigrationFile {
  readonly number: number;
  /** File name without its folder, such as `0001_create_signals.sql`. */
  readonly name: string;
  readonly text: string;
  /** sha256 of the text with Unix line ends, so that a checkout on Windows is the same migration. */
  readonly checksum: string;
}

export const MIGRATION_NAME = /^(\d{4})_[a-z]+(_[a-z0-9]+)+\.sql$/;

/** The migrations of a folder in their order. Numbers must be dense from 0001: a gap is a file that was forgotten. */
export function readMigrations(directory: string): readonly MigrationFile[] {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.sql'));
  } catch (error) {
    throw new MillraceError('The migrations cannot be read', {
      code: 'FILE_UNREADABLE',
      advice: 'After a build, run node tools/copy-assets.mjs: tsc does not copy .sql files',
      cause: error,
      details: { directory },
    });
  }
  return names.sort().map((name, index) => {
    const number = Number(MIGRATION_NAME.exec(name)?.[1]);
    if (number !== index + 1) {
      throw new MillraceError(`The migration ${name} is not number ${index + 1} named NNNN_verb_noun.sql`, {
        code: 'MIGRATION_INVALID',
        advice: 'Number migrations 0001, 0002, ... without gaps or doubles',
        details: { directory },
      });
    }
    const text = readFileSync(join(directory, name), 'utf8').replace(/\r\n/g, '\n');
    return { number, name, text, checksum: createHash('sha256').update(text).digest('hex') };
  });
}
