import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestServer, type TestServer } from '../test-server';

jest.setTimeout(600_000);

/** Needs Go 1.26 or newer; the module's own files pin the client. */
describe('clickhouse-go at its defaults', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('inserts, queries, binds and reads errors, by the native protocol and by HTTP', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-go-'));
    try {
      const program = join(folder, 'check');
      execFileSync('go', ['build', '-o', program, '.'], { cwd: join(__dirname, 'clickhouse-go') });
      const addresses = [`clickhouse://127.0.0.1:${server.nativePort}/default`, `${server.url}/default`];
      expect(execFileSync(program, addresses, { encoding: 'utf8' })).toBe('passed\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
