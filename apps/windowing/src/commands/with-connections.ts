import { installationVariablesOf } from '@millrace/platform-config';
import { assertInstallation } from '@millrace/platform-kafka';
import { createLogger, plainLines } from '@millrace/platform-observability';

import { readWindowingConfig } from '../app.config';
import { closeConnections, createConnections, type Connections } from '../connections/connections';
import { readMirroredInstallation } from '../installation/mirror-installation';

/**
 * Runs a command with connections that are closed afterwards. Warnings go to standard error in plain words: standard output is the answer. A command
 * whose variables are not those of the installation is refused, unless it `mayDiffer`.
 */
export async function withConnections<Result>(
  work: (connections: Connections) => Promise<Result>,
  { mayDiffer = false }: { readonly mayDiffer?: boolean } = {},
): Promise<Result> {
  const config = readWindowingConfig();
  const log = createLogger({
    name: 'windowing',
    level: 'warn',
    destination: plainLines((text) => process.stderr.write(text)),
  });
  const connections = createConnections(config, log, 'millrace-windowing-cli');
  const { clickhouse } = connections;
  try {
    if (!mayDiffer) assertInstallation(await readMirroredInstallation(clickhouse), installationVariablesOf(config));
    return await work(connections);
  } finally {
    await closeConnections(connections);
  }
}
