import { entityKey, entityTopics, valueSubject } from '@millrace/contract-signal';
import { kafkaConnectionOf } from '@millrace/platform-config';
import { MillraceError } from '@millrace/platform-errors';
import { createBatchProducer, createKafka, SchemaRegistryCodec, type ProducerRecord } from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';
import { deployedSchemaId } from '../publish/open-topics';
import type { ColumnMap } from './columns';
import { ENTITY_KINDS, type EntityName } from './entity-kind';
import { importRows, type Format } from './import-rows';
import { readText } from './read-text';
import { RejectedFile } from './rejected-file';

export interface ImportOptions {
  readonly kind: EntityName;
  /** Whose ids the file has. */
  readonly instance: string;
  readonly source: AsyncIterable<Uint8Array>;
  readonly format: Format;
  readonly map: ColumnMap;
  readonly fileTime: number;
  readonly rejectedPath: string;
  readonly isDryRun: boolean;
  /** Ends the import after the batch that is on its way. */
  readonly stop: AbortSignal;
  readonly onProgress: (summary: ImportSummary) => void;
}

/** What became of the rows: read = accepted + deleted + rejected. */
export interface ImportSummary {
  read: number;
  accepted: number;
  deleted: number;
  rejected: number;
  readonly reasons: Record<string, number>;
  ignoredColumns: readonly string[];
  /** False when the file could not be read, or the records not written, to the end. */
  complete: boolean;
  /** Why not. */
  error?: { readonly reason: string; readonly message: string; readonly advice: string };
}

type Append = (records: readonly ProducerRecord[]) => Promise<unknown>;
/** An entity's key and value; no record deletes. */
type Encode = (id: string, record: object | null) => ProducerRecord;

const BATCH_ROWS = 1_000;
const DELIVERY_TIMEOUT_MS = 30_000;

/**
 * Streams a file into its topic. One batch is on its way at a time and no more is read meanwhile, so that memory stays
 * flat. Resolves once Kafka has acknowledged every accepted row; a failure is in the summary, next to what was done.
 */
export async function importFile(config: CollectorConfig, options: ImportOptions): Promise<ImportSummary> {
  if (options.isDryRun) return run(options, dryEncode, () => Promise.resolve());
  const encode = await openTopic(config, options);
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'collector-import' });
  const producer = createBatchProducer({ kafka, lingerMs: 0, deliveryTimeoutMs: DELIVERY_TIMEOUT_MS });
  try {
    return await run(options, encode, (records) => producer.sendMany(records));
  } finally {
    await producer.close();
  }
}

/** A dry run needs no stack. */
const dryEncode: Encode = (id) => ({ topic: '', key: id, value: null });

async function openTopic(
  config: CollectorConfig,
  { kind, instance }: Pick<ImportOptions, 'kind' | 'instance'>,
): Promise<Encode> {
  const topic = entityTopics(config.TOPIC_PREFIX)[kind].name;
  const registry = new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL });
  const { schema, type } = ENTITY_KINDS[kind];
  const encoder = registry.encoder<object>(await deployedSchemaId(registry, valueSubject(topic), schema), type);
  return (id, record) => ({
    topic,
    key: entityKey(instance, id),
    value: record === null ? null : encoder(record),
  });
}

async function run(options: ImportOptions, encode: Encode, append: Append): Promise<ImportSummary> {
  const summary: ImportSummary = {
    read: 0,
    accepted: 0,
    deleted: 0,
    rejected: 0,
    reasons: {},
    ignoredColumns: [],
    complete: false,
  };
  try {
    await transfer(options, encode, append, summary);
    summary.complete = true;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    const reason = error.details['reason'];
    summary.error = {
      reason: typeof reason === 'string' ? reason : error.code,
      message: error.message,
      advice: error.advice ?? '',
    };
  }
  return summary;
}

async function transfer(
  { kind, instance, source, format, map, fileTime, rejectedPath, stop, onProgress }: ImportOptions,
  encode: Encode,
  append: Append,
  summary: ImportSummary,
): Promise<void> {
  const file = await importRows(kind, readText(source), format, map, { fileTime, now: Date.now(), instance });
  summary.ignoredColumns = file.ignored;
  const rejected = new RejectedFile(rejectedPath, file.delimiter, file.header);
  let batch: ProducerRecord[] = [];
  let deletions = 0;
  const send = async (): Promise<void> => {
    if (batch.length > 0) await append(batch);
    summary.deleted += deletions;
    summary.accepted += batch.length - deletions;
    batch = [];
    deletions = 0;
    onProgress(summary);
  };
  try {
    for await (const { line, mapped, cells } of file.rows) {
      if (stop.aborted) throw stopped();
      summary.read += 1;
      if ('reason' in mapped) {
        summary.rejected += 1;
        summary.reasons[mapped.reason] = (summary.reasons[mapped.reason] ?? 0) + 1;
        await rejected.add(line, mapped.reason, mapped.detail, cells);
        continue;
      }
      batch.push(encode(mapped.id, mapped.record));
      if (mapped.record === null || mapped.record['deleted'] === true) deletions += 1;
      if (batch.length >= BATCH_ROWS) await send();
    }
  } finally {
    await rejected.close();
  }
  await send();
}

const stopped = (): MillraceError =>
  new MillraceError('Stopped by hand', {
    code: 'SHUTTING_DOWN',
    actor: 'operator',
    details: { reason: 'stopped' },
    advice: 'What is imported stays; import the file again for the rest',
  });
