import { silentLog } from '@millrace/platform-kafka';

import { closeConnections, connectKafka, createConnections, type Connections } from '../connections/connections';
import type { SyncConfig } from '../app.config';

/** Runs a command with connections that are closed afterwards. */
export async function withConnections<Result>(
  config: SyncConfig,
  work: (connections: Connections) => Promise<Result>,
): Promise<Result> {
  const connections = createConnections(config, silentLog);
  try {
    await connectKafka(connections);
    return await work(connections);
  } finally {
    await closeConnections(connections);
  }
}
