import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Artifact } from './artifact';

const run = promisify(execFile);

const APICURIO_VERSION = '3.3.3';

export const REGISTRY: Artifact = {
  name: `apicurio-registry-${APICURIO_VERSION}`,
  title: `Apicurio Registry ${APICURIO_VERSION}`,
  downloadMegabytes: 159,
  diskMegabytes: 170,
  requiredFiles: ['quarkus-run.jar'],
  leastFiles: 300,
  leastBytes: 150e6,
  fetch: async (target, { mvn }) => {
    const coordinates = `io.apicurio:apicurio-registry-app:${APICURIO_VERSION}:tar.gz:all`;
    await mvn(['dependency:copy', `-Dartifact=${coordinates}`, `-DoutputDirectory=${target}`], target);
    const archive = join(target, `apicurio-registry-app-${APICURIO_VERSION}-all.tar.gz`);
    await run('tar', ['xzf', archive, '-C', target]);
    rmSync(archive);
  },
};
