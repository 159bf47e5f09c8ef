import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { MODELS } from '@millrace/catalog-models';
import { templateModel } from '@millrace/catalog-models/testing';
import { checkMigrations } from '@millrace/platform-clickhouse';

const folders: [name: string, folder: string][] = [
  ['scoring', join(__dirname, 'migrations')],
  ...[...MODELS, templateModel].map(({ name, folder }): [string, string] => [name, join(folder, 'migrations')]),
];

it.each(folders.filter(([, folder]) => existsSync(folder)))(
  'migrations of %s keep to what every migration keeps to, a comment on every table and column included',
  (_name, folder) => {
    expect(checkMigrations(folder)).toEqual([]);
  },
);
