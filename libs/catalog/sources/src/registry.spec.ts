import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { SOURCES } from './registry';

describe('the registry of sources', () => {
  it('names every folder that holds a source, under its own name', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true })
      .filter(
        (entry) =>
          entry.isDirectory() &&
          !entry.name.startsWith('_') &&
          existsSync(join(__dirname, entry.name, `${entry.name.replaceAll('_', '-')}.source.ts`)),
      )
      .map((entry) => entry.name);
    expect(Object.keys(SOURCES).sort()).toEqual(folders.sort());
    for (const [name, source] of Object.entries(SOURCES)) expect(source.type).toBe(name);
  });
});
