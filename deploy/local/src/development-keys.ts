import { createHash } from 'node:crypto';

/** Write keys of a stack on this machine only: known to everybody, so that the first request needs no preparation. */
const KEYS = { website: 'local-website-key', product: 'local-product-key' } as const;

const hash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The collector's keys as configured, else the development keys. */
export const withWriteKeys = (
  env: NodeJS.ProcessEnv,
): { env: NodeJS.ProcessEnv; keys: Readonly<Record<string, string>> } => {
  if (env.COLLECTOR_WRITE_KEYS || env.COLLECTOR_WRITE_KEYS_FILE) return { env, keys: {} };
  const entries = Object.entries(KEYS).map(([source, key]) => `${source}:${hash(key)}`);
  return { env: { ...env, COLLECTOR_WRITE_KEYS: entries.join(',') }, keys: KEYS };
};
