import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enginePackageOf, requireEngine, thisPlatform } from '../downloads/engine-artifact';
import { prepareClickhouse } from '../parts/clickhouse';
import { findFreePorts, HOST } from '../ports';
import { startProcess, type RunningProcess } from '../supervisor/start-process';

export interface TestServer {
  url: string;
  port: number;
  nativePort: number;
  directory: string;
  /** Ends it as told and starts it again on the same data. */
  restart: (how: 'stop' | 'kill') => Promise<void>;
  stop: () => Promise<void>;
}

/** For specs: ClickHouse alone, on free ports and new data unless a directory is given. */
export const startTestServer = async (given: { directory?: string } = {}): Promise<TestServer> => {
  const [port = 0, nativePort = 0] = await findFreePorts(2);
  const directory = given.directory ?? mkdtempSync(join(tmpdir(), 'millrace-clickhouse-'));
  const library = requireEngine(enginePackageOf(thisPlatform()), __dirname);
  const part = prepareClickhouse({ library, directory, port, nativePort, env: process.env });
  const start = async (): Promise<RunningProcess> => {
    await part.prepare();
    return startProcess({ ...part, logFile: join(directory, 'server.log') });
  };
  let server = await start();
  return {
    url: `http://${HOST}:${port}`,
    port,
    nativePort,
    directory,
    restart: async (how) => {
      await server[how]();
      server = await start();
    },
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
