import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Signal } from '@millrace/contract-signal';
import { z } from 'zod';

/** One example: what came in, under which clocks, and what it must become. Times are epoch milliseconds or ISO texts. */
const fixture = z.strictObject({
  raw: z.unknown(),
  received_at: z.iso.datetime().default('2026-03-10T12:00:00Z'),
  sent_at: z.iso.datetime().nullable().default(null),
  settings: z.record(z.string(), z.unknown()).default({}),
  /**
   * ok/: fields of the signal, times as ISO text, or a list of all that it becomes, each with its `fate`. not-ok/: fate, reason and a
   * part of the detail.
   */
  expect: z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))]),
});

export interface SourceFixture extends z.output<typeof fixture> {
  readonly title: string;
}

/** Reads every `<folder>/<kind>/*.json`; the file's name says what it shows. */
export function readFixtures(folder: string, kind: 'ok' | 'not-ok'): readonly SourceFixture[] {
  const below = join(folder, 'fixtures', kind);
  return readdirSync(below)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      title: name.slice(0, -'.json'.length).replaceAll('-', ' '),
      ...fixture.parse(JSON.parse(readFileSync(join(below, name), 'utf8'))),
    }));
}

/** A signal as fixtures write it: times readable. */
export const readable = (signal: Signal): Readonly<Record<string, unknown>> => ({
  ...signal,
  occurred_at: new Date(signal.occurred_at).toISOString(),
  received_at: new Date(signal.received_at).toISOString(),
});
