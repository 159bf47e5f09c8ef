import { silentLog } from '@millrace/platform-kafka';

import type { ScoringConfig } from '../app.config';
import { closeConnections, createConnections, type Connections } from '../connections/connections';
import { createSettingsDesk, type SettingsDesk } from '../settings/settings-desk';

/** Runs work on the log of what is published. */
export async function withSettings<Result>(
  config: ScoringConfig,
  work: (desk: SettingsDesk, connections: Connections) => Promise<Result>,
): Promise<Result> {
  const connections = createConnections(config, silentLog);
  const { publications } = connections;
  const desk = createSettingsDesk({
    publications,
    folder: config.MODELS_CONFIG_DIR,
    zone: config.TIME_ZONE,
    now: () => Date.now(),
  });
  try {
    return await work(desk, connections);
  } finally {
    await closeConnections(connections);
  }
}
