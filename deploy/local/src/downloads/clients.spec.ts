import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClients } from './clients';

describe('createClients', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-maven-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('says how to get Maven when there is none', async () => {
    const { mvn } = createClients({ PATH: folder });
    await expect(mvn(['--version'], folder)).rejects.toMatchObject({
      message: 'Maven (mvn) is needed for the first start and was not found',
      advice: 'Install it (Debian: apt-get install maven, macOS: brew install maven)',
    });
  });

  it('shows what Maven said went wrong', async () => {
    const mvn = join(folder, 'mvn');
    writeFileSync(mvn, "#!/bin/sh\necho '[INFO] scanning'\necho '[ERROR] Could not resolve artifact'\nexit 1\n");
    chmodSync(mvn, 0o755);
    const { mvn: run } = createClients({ PATH: `${folder}:/bin:/usr/bin` });
    await expect(run(['dependency:copy'], folder)).rejects.toThrow(/Could not resolve artifact/);
  });
});
