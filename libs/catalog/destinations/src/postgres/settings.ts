import { z } from 'zod';

import type { SqlTarget } from '../sink';
import { IDENTIFIER, IDENTIFIER_IN_WORDS } from './identifiers';

const identifier = z.string().regex(IDENTIFIER, IDENTIFIER_IN_WORDS);

export const postgresSettings = z.strictObject({
  host: z.string().regex(/^[A-Za-z0-9._:-]{1,253}$/, 'a name or an address'),
  port: z.int().min(1).max(65_535).default(5432),
  database: z.string().min(1).max(63),
  user: z.string().min(1).max(63),
  password: z.string().meta({ secret: true }),
  tls: z.enum(['verify', 'off']).default('verify').describe('off: only inside a network that is trusted.'),
  ca: z.string().optional().describe("Certificates in PEM that are trusted instead of the system's."),
  schema: identifier.default('millrace'),
  tables: z.record(z.string(), identifier).default({}).describe('Table of an object; absent: the name of the object.'),
  create_tables: z.boolean().default(true).describe('False where the owner of the database creates them.'),
  max_records: z.int().min(1).max(100_000).default(10_000),
  timeout_seconds: z.number().positive().max(3_600).default(60).describe('Of a statement.'),
  load_timeout_seconds: z.number().positive().max(86_400).default(3_600).describe('Of a part of a view.'),
  concurrency: z.int().min(1).max(16).default(2).describe('Transactions at once.'),
  allow_private_addresses: z.boolean().default(false),
});
export type PostgresSettings = z.infer<typeof postgresSettings>;

export const tableOf = ({ tables }: PostgresSettings, object: string): string => tables[object] ?? object;

export function targetOf(settings: PostgresSettings): SqlTarget {
  const { host, port, database, user, password, tls, ca } = settings;
  return {
    ...{ dialect: 'postgres', host, port, database, user, password, tls },
    ...(ca === undefined ? {} : { ca }),
    allowPrivateAddresses: settings.allow_private_addresses,
    timeoutMs: settings.timeout_seconds * 1000,
  };
}
