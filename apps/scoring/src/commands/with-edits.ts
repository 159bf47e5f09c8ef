import { silentLog } from '@millrace/platform-kafka';

import type { ScoringConfig } from '../app.config';
import { closeConnections, createConnections } from '../connections/connections';
import type { EditsLog } from '../connections/edits-log';

/** Runs work on the log of who is who. */
export async function withEdits<Result>(
  config: ScoringConfig,
  work: (edits: EditsLog) => Promise<Result>,
): Promise<Result> {
  const connections = createConnections(config, silentLog);
  try {
    return await work(connections.edits);
  } finally {
    await closeConnections(connections);
  }
}
