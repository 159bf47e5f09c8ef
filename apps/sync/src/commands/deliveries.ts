import { randomUUID } from 'node:crypto';

import { AUDIENCES } from '@millrace/catalog-models/published';
import { fieldsSchema, type NewBatch } from '@millrace/contract-delivery';
import { loadSql } from '@millrace/platform-clickhouse';
import { silentLog } from '@millrace/platform-kafka';
import { z } from 'zod';

import type { SyncConfig } from '../app.config';
import type { Connections } from '../connections/connections';
import { assertDestination } from '../destinations/assert-destination';
import { loadDestinations, type ConfiguredDestination } from '../destinations/load-destinations';
import { computePlan } from '../planning/compute-plan';
import { produceBatch } from '../planning/dispatch-plan';
import { createScoresLog } from '../planning/planner';
import { readPlanChunk } from '../planning/read-plan';
import { runIndexOf } from '../planning/run-index';
import { runSetOf } from '../planning/run-set';
import { toRecord } from '../urgent/urgent-batches';
import { withClickHouse } from './with-clickhouse';
import { withConnections } from './with-connections';

export interface ListOptions {
  readonly destination: string;
  readonly outcome: string;
  readonly onlyFailed: boolean;
  readonly limit: number;
}

/** One value of one record with its last attempt; `--json` has the columns of the query besides. */
const listedRow = z.looseObject({
  destination: z.string(),
  object: z.string(),
  record_id: z.string(),
  lane: z.string(),
  attempts: z.number(),
  outcome: z.string(),
  detail: z.string(),
  status_code: z.number().nullable(),
  fields: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.record(z.string(), z.unknown())),
  last_attempted_at: z.string(),
});
export type ListedDelivery = z.infer<typeof listedRow>;

export async function listDeliveries(config: SyncConfig, options: ListOptions): Promise<ListedDelivery[]> {
  const configured = loadDestinations(config.SYNC_DESTINATIONS_FILE);
  return withClickHouse(async (clickhouse) => {
    if (options.destination !== '') {
      // One that was taken out of the file, or is disabled, may have deliveries.
      const known = await clickhouse.query<{ name: string }>('select distinct destination as name from deliveries');
      assertDestination(
        options.destination,
        configured,
        known.map(({ name }) => name),
      );
    }
    const params = {
      destination: options.destination,
      outcome: options.outcome,
      only_failed: options.onlyFailed,
      limit: options.limit,
    };
    return await clickhouse.query(loadSql(__dirname, 'sql/list-deliveries.sql'), params, listedRow);
  }, config);
}

const failedRow = z.object({
  object: z.string(),
  record_id: z.string(),
  match_key: z.string(),
  idempotency_key: z.string(),
  fields: z.string(),
  as_of: z.number(),
  accepted_at: z.number(),
});
type Failed = z.infer<typeof failedRow>;

export interface Retried {
  readonly destination: string;
  readonly failed: number;
  /** Fewer than failed where a record must not be sent any more, or its run is gone. */
  readonly requeued: number;
}

/** Queues records whose retries are spent once more: with the newest scores, or the urgent value that never arrived. */
export async function retryDeliveries(config: SyncConfig, destination: string): Promise<readonly Retried[]> {
  const all = loadDestinations(config.SYNC_DESTINATIONS_FILE);
  if (destination !== '') assertDestination(destination, all);
  const chosen = all.filter(({ entry }) => destination === '' || entry.name === destination);
  return withConnections(config, async (connections) => {
    const retried: Retried[] = [];
    for (const configured of chosen) {
      const batch = await failedOf(connections, configured, 'batch');
      const urgent = await failedOf(connections, configured, 'urgent');
      const requeued =
        (await requeueBatch(config, connections, configured, batch)) +
        (await requeueUrgent(config, connections, configured, urgent));
      retried.push({ destination: configured.entry.name, failed: batch.length + urgent.length, requeued });
    }
    return retried;
  });
}

const failedOf = ({ clickhouse }: Connections, { entry }: ConfiguredDestination, lane: string): Promise<Failed[]> =>
  clickhouse.query(loadSql(__dirname, 'sql/failed-records.sql'), { destination: entry.name, lane }, failedRow);

/** Ids travel in the address of a query: a few at a time. */
const IDS_AT_ONCE = 100;

async function requeueBatch(
  config: SyncConfig,
  { kafka, clickhouse, producer }: Connections,
  configured: ConfiguredDestination,
  failed: readonly Failed[],
): Promise<number> {
  if (failed.length === 0) return 0;
  const scores = createScoresLog(kafka, config.TOPIC_PREFIX, silentLog);
  let requeued = 0;
  try {
    await scores.start();
    const runs = runIndexOf(scores);
    const planId = `retry-${randomUUID()}`;
    for (const mapping of configured.entry.objects) {
      const set = runSetOf(mapping, AUDIENCES[mapping.entity], runs);
      const ids = failed.filter(({ object }) => object === mapping.object).map(({ record_id }) => record_id);
      for (let from = 0; set !== undefined && from < ids.length; from += IDS_AT_ONCE) {
        const forced = ids.slice(from, from + IDS_AT_ONCE);
        const settings = { chunkRecords: IDS_AT_ONCE, deadline: config.DELIVERY_DEADLINE, replica: 'cli' };
        const plan = await computePlan(clickhouse, { configured, mapping, set, forced }, settings, Date.now());
        const batch = await readPlanChunk(clickhouse, { ...plan, plan_id: planId }, mapping.entity, 0, Date.now());
        if (batch === null) continue;
        await produceBatch(producer, config.TOPIC_PREFIX, batch);
        requeued += batch.records.length;
      }
    }
  } finally {
    await scores.stop();
  }
  return requeued;
}

async function requeueUrgent(
  config: SyncConfig,
  { urgentProducer }: Connections,
  { entry }: ConfiguredDestination,
  failed: readonly Failed[],
): Promise<number> {
  const planId = `retry-${randomUUID()}`;
  const now = Date.now();
  for (const row of failed) {
    const batch: NewBatch = {
      destination: entry.name,
      object: row.object,
      lane: 'urgent',
      plan_id: planId,
      run_id: null,
      chunk: 0,
      chunks: 1,
      as_of: row.as_of,
      created_at: now,
      accepted_at: row.accepted_at,
      records: [
        {
          record_id: row.record_id,
          match_key: row.match_key,
          idempotency_key: row.idempotency_key,
          reason: 'retry',
          fields: fieldsSchema.parse(JSON.parse(row.fields)),
        },
      ],
    };
    await urgentProducer.send(toRecord(batch, config.TOPIC_PREFIX));
  }
  return failed.length;
}
