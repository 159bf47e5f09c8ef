import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareClickhouse } from '../parts/clickhouse';
import { findFreePorts, HOST } from '../ports';
import { startProcess, type RunningProcess } from '../supervisor/start-process';

export interface TestGateway {
  url: string;
  port: number;
  /** Ends it as told and starts it again on the same data. */
  restart: (how: 'stop' | 'kill') => Promise<void>;
  kill: () => Promise<void>;
  stop: () => Promise<void>;
}

/** For specs: the compiled gateway alone, on a free port and new data. */
export const startTestGateway = async (): Promise<TestGateway> => {
  const [port = 0] = await findFreePorts(1);
  const directory = mkdtempSync(join(tmpdir(), 'millrace-gateway-'));
  const part = prepareClickhouse({ directory, port, env: process.env });
  const start = (): Promise<RunningProcess> => startProcess({ ...part, logFile: join(directory, 'gateway.log') });
  let gateway = await start();
  return {
    url: `http://${HOST}:${port}`,
    port,
    restart: async (how) => {
      await gateway[how]();
      gateway = await start();
    },
    kill: () => gateway.kill(),
    stop: async () => {
      await gateway.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
