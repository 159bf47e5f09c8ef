import { join } from 'node:path';

const FILE = join(__dirname, '../../../config/destinations/local.yaml');

/** The destinations as configured, else a table on the local ClickHouse, so that a delivery can be looked at without an account anywhere. */
export const withLocalDestinations = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  env.SYNC_DESTINATIONS_FILE ? env : { ...env, SYNC_DESTINATIONS_FILE: FILE };
