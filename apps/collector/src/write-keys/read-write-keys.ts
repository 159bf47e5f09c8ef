import { KEY_KINDS, type KeyKind } from '@millrace/contract-signal';
import { ConfigError, namesInWords } from '@millrace/platform-errors';
import { checkSettings, readSettings } from '@millrace/platform-settings';
import { z } from 'zod';

import { WriteKeys, type StoredWriteKey } from './write-key';

/** Of a key that says nothing: nobody is believed for what was never said. */
const USUAL_KIND: KeyKind = 'page';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 as 64 lower-case hex digits');
/** As browsers write it: scheme, host, and port where it is not the usual one. */
const origin = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine(
    (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
    'an origin such as https://www.example.com',
  );
const keySchema = z
  .strictObject({
    source: z.string(),
    hash,
    name: z.string().default(''),
    kind: z.enum(KEY_KINDS).default(USUAL_KIND),
    revoked: z.boolean().default(false),
    types: z.array(z.string().min(1)).min(1).optional(),
    origins: z.array(origin).min(1).optional(),
    events_per_second: z.int().min(0).optional(),
  })
  .refine(({ kind, origins }) => kind === 'page' || origins === undefined, {
    path: ['origins'],
    message: 'only pages have an origin: leave it out for a key of a server',
  });
const fileSchema = z.strictObject({ keys: z.array(keySchema) });

const ADVICE = 'Create one with `npx millrace keys create --source website` and add the line it prints';

interface WriteKeyOptions {
  /** `source:hash` or `source:hash:kind` each. */
  readonly lines: readonly string[];
  readonly file: string | undefined;
  /** Sources that take write keys here. */
  readonly sources: readonly string[];
}

/** All keys of the environment and of the file. Throws ConfigError, naming what is wrong and never a key. */
export function readWriteKeys({ lines, file, sources }: WriteKeyOptions): WriteKeys {
  const keys = [...lines.map(parseLine), ...(file === undefined ? [] : readFile(file))];
  if (keys.length === 0) {
    throw new ConfigError('No write key is configured: every request would be refused', { advice: ADVICE });
  }
  for (const { source } of keys) {
    if (sources.includes(source)) continue;
    throw new ConfigError(`A write key names the source "${source}", which takes none here`, {
      code: 'SOURCE_UNKNOWN',
      details: { source, sources },
      advice: `There is ${namesInWords(source, sources)}: correct the key, or add the source to a file of SOURCES_FILES and deploy`,
    });
  }
  return new WriteKeys(keys);
}

function parseLine(line: string): StoredWriteKey {
  const [source = '', digest = '', word = USUAL_KIND, ...more] = line.split(':');
  const parsed = hash.safeParse(digest);
  const kind = KEY_KINDS.find((known) => known === word);
  if (!parsed.success || kind === undefined || more.length > 0) {
    const kinds = KEY_KINDS.join(', ');
    throw new ConfigError(
      `COLLECTOR_WRITE_KEYS: an entry is not <source>:<sha256 hex> or <source>:<sha256 hex>:<one of ${kinds}>`,
      { advice: ADVICE },
    );
  }
  return { source, hash: parsed.data, name: '', kind, isRevoked: false };
}

function readFile(file: string): readonly StoredWriteKey[] {
  const text = readSettings(
    file,
    'Set COLLECTOR_WRITE_KEYS_FILE to a JSON file: {"keys": [{"source": "website", "hash": "..."}]}',
  );
  return checkSettings(text, fileSchema).keys.map(({ revoked, types, origins, events_per_second, ...key }) => ({
    ...key,
    isRevoked: revoked,
    ...(types === undefined ? {} : { types: new Set(types) }),
    ...(origins === undefined ? {} : { origins: new Set(origins) }),
    ...(events_per_second === undefined ? {} : { eventsPerSecond: events_per_second }),
  }));
}
