import type { Cursor } from '@millrace/catalog-sources';
import { cursorsTopic, signalTopicName } from '@millrace/contract-signal';
import { readTyped } from '@millrace/platform-commands';
import { assertKnown, UsageError } from '@millrace/platform-errors';

import type { CollectorConfig } from '../app.config';
import { closeConnections, createConnections } from '../connections/connections';
import { hasSignals, loadInstances, type Instance } from '../instances/load-instances';
import { cursorKey, writeCursorRecord, type CursorRecord } from '../poll/cursor-record';
import { cursorsOf } from '../poll/read-cursors';
import { nextPassAt } from '../poll/schedule';

/** never_read: not a page yet. reading: on its first pass. waiting: the next pass is due later. due: it should have begun. */
export type StreamState = 'never_read' | 'reading' | 'waiting' | 'due';

/** A configured instance, or one of its streams. Instants are epoch milliseconds. */
export interface ShownSource {
  readonly source: string;
  readonly type: string;
  readonly kind: string;
  readonly topic: string | null;
  readonly stream: string | null;
  readonly state: StreamState | null;
  readonly passed_at: number | null;
  readonly next_at: number | null;
  /** Raw records since it began, repeated ones included. */
  readonly records: number | null;
  readonly cursor: Cursor | null;
}

/** What is collected here, each polled stream with how far it has been read. */
export async function showSources(config: CollectorConfig): Promise<readonly ShownSource[]> {
  const instances = loadInstances(config.SOURCES_FILES);
  const isAnyPolled = instances.some(({ source }) => source?.kind === 'poll');
  const cursors = isAnyPolled
    ? await cursorsOf(createConnections(config).kafka, config)
    : new Map<string, CursorRecord>();
  return describeSources(instances, cursors, config.TOPIC_PREFIX, Date.now());
}

export function describeSources(
  instances: readonly Instance[],
  cursors: ReadonlyMap<string, CursorRecord>,
  prefix: string,
  now: number,
): readonly ShownSource[] {
  return instances.flatMap((instance): ShownSource[] => {
    const { name, type, source, streams } = instance;
    const topic = hasSignals(instance) ? signalTopicName(name, prefix) : null;
    const about = { source: name, type, kind: source?.kind ?? 'direct', topic };
    if (source?.kind !== 'poll') return [{ ...about, ...NO_STREAM }];
    return Object.entries(source.streams).map(([stream, { everySeconds }]) => {
      const record = cursors.get(cursorKey({ instance: name, stream }));
      const passed = record?.passed_at ?? null;
      const next = passed === null ? null : nextPassAt(streams[stream], { everySeconds }, passed);
      return {
        ...about,
        stream,
        state: stateOf(record, next, now),
        passed_at: passed,
        next_at: next,
        records: record?.records ?? 0,
        cursor: record?.cursor ?? null,
      };
    });
  });
}

const NO_STREAM = { stream: null, state: null, passed_at: null, next_at: null, records: null, cursor: null };

function stateOf(record: CursorRecord | undefined, next: number | null, now: number): StreamState {
  if (record === undefined) return 'never_read';
  if (next === null) return 'reading';
  return next > now ? 'waiting' : 'due';
}

/** Makes a stream begin anew, or at `to`. Its records are read again, which does no harm. */
export async function resetStream(
  config: CollectorConfig,
  { source: name, stream, to }: { readonly source: string; readonly stream: string; readonly to?: Cursor },
): Promise<CursorRecord> {
  const polled = loadInstances(config.SOURCES_FILES).filter(({ source }) => source?.kind === 'poll');
  assertKnown({ kind: 'polled source', typed: name, known: polled.map((one) => one.name), code: 'SOURCE_UNKNOWN' });
  const instance = polled.find((one) => one.name === name);
  const source = instance?.source?.kind === 'poll' ? instance.source : undefined;
  const known = Object.keys(source?.streams ?? {});
  assertKnown({ kind: 'stream', typed: stream, known, code: 'SOURCE_UNKNOWN' });
  const now = Date.now();
  const cursor = to ?? source?.streams[stream]?.first(now, instance?.settings) ?? {};
  const record: CursorRecord = { v: 1, cursor, passed_at: null, written_at: now, records: 0, replica: 'reset' };
  const value = readTyped('--to', () => writeCursorRecord(record));
  const connections = createConnections(config);
  try {
    const { name: topic } = cursorsTopic(config.TOPIC_PREFIX);
    const key = cursorKey({ instance: name, stream });
    await connections.producer.send({ topic, key, value });
  } finally {
    await closeConnections(connections);
  }
  return record;
}

/** Reads `--to`. Throws UsageError. */
export function readCursor(text: string): Cursor {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Cursor;
  } catch {
    // Said below.
  }
  throw new UsageError(`--to: ${text} is not a JSON object; npx millrace sources --json shows cursors`);
}
