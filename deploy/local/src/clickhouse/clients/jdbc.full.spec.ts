import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '../../downloads/artifact';
import { cacheDirectory, ensureArtifacts } from '../../downloads/cache';
import { createClients } from '../../downloads/clients';
import { findJava } from '../../java';
import { startTestServer, type TestServer } from '../test-server';

jest.setTimeout(600_000);

const SOURCES = join(__dirname, 'jdbc');
const DRIVER: Artifact = {
  name: 'clickhouse-jdbc-0.10.0',
  title: "ClickHouse's JDBC driver 0.10.0",
  downloadMegabytes: 15,
  diskMegabytes: 15,
  requiredFiles: ['libs/clickhouse-jdbc-0.10.0.jar'],
  leastFiles: 10,
  leastBytes: 5e6,
  fetch: async (target, { mvn }) => {
    writeFileSync(join(target, 'pom.xml'), readFileSync(join(SOURCES, 'pom.xml')));
    await mvn(['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs'], target);
  },
};

describe("ClickHouse's JDBC driver at its defaults", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('inserts a batch, binds, reads a million rows and errors', async () => {
    const [home = ''] = await ensureArtifacts([DRIVER], {
      cache: cacheDirectory(process.env),
      clients: createClients(process.env),
      onProgress: () => undefined,
    });
    const { command } = await findJava(process.env);
    const args = [
      '-cp',
      join(home, 'libs', '*'),
      join(SOURCES, 'Check.java'),
      `jdbc:clickhouse://127.0.0.1:${server.port}/default`,
    ];
    expect(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })).toBe('passed\n');
  });
});
