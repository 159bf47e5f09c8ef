import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { httpProxy } from '@millrace/platform-testing';

const PROGRAM = join(__dirname, '../../../cli/bin/millrace.js');

/** How a command ended that was to be killed before it writes for the n-th time. */
export interface Ending {
  /** False: it wrote less often than that, and ended by itself. */
  readonly isKilled: boolean;
  /** Of a command that ended by itself. */
  readonly code: number | null;
  readonly said: string;
}

/** `millrace <words>` in a process of its own, ended by SIGKILL when its n-th write is on its way to ClickHouse; that write is not made. */
export async function killBeforeWrite(
  clickhouseUrl: string,
  env: NodeJS.ProcessEnv,
  n: number,
  words: readonly string[],
): Promise<Ending> {
  let writes = 0;
  let isKilled = false;
  let kill = (): void => undefined;
  const proxy = await httpProxy(clickhouseUrl, ({ url, statement }) => {
    if (!/^(insert|alter)\b/i.test(statement)) return url;
    writes += 1;
    if (writes === n) kill();
    // What it had sent beside that write does not arrive either.
    return isKilled ? { status: 503, headers: {}, text: 'the one who asks is dead' } : url;
  });
  try {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: { ...env, CLICKHOUSE_URL: proxy.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    kill = () => {
      isKilled = true;
      child.kill('SIGKILL');
    };
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { isKilled, code, said };
  } finally {
    await proxy.close();
  }
}
