import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { openStack, spawnService, waitFor, type Stack } from '@millrace/platform-testing';

import { oneCallARecord } from '../peers/one-call-a-record';
import { readMetrics } from '../processes/metrics';
import { round } from '../report/figures';
import { millrace } from '../river/millrace-command';
import { createFastReceiver, type FastReceiver } from '../river/receiver';
import { publishRun, runOfDay, storeNights, storeRun } from './score-runs';
import { measureUrgent, openUrgentSource, type UrgentSource } from './urgent-signals';

const DEADLINE_MS = 300_000;
/** Sent by the peer: its rate does not depend on how many there are. */
const PEER_RECORDS = 2_000;
/** Records of the batch that must have arrived before urgent signals are sent beside it. */
const FLOWING = 1_000;

export interface DeliveryOptions {
  readonly people: number;
  /** Whose score is another one in each of two nights. */
  readonly changed: number;
  /** Nights of outcomes that lie before. */
  readonly nights: number;
  readonly urgent: number;
}

/**
 * Two nights after many: of all people some have another score. sync is a process of its own on the real stack. The first night
 * measures rates and urgent signals beside the batch, the second what a usual night costs.
 */
export async function runDelivery(options: DeliveryOptions): Promise<Record<string, unknown>> {
  const stack = await openStack();
  const receiver = await createFastReceiver();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-delivery-'));
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  const destinations = join(folder, 'destinations.json');
  writeFileSync(destinations, JSON.stringify({ destinations: [webhookTo(receiver.url)] }));
  const environment = { ...stack.environment, LOG_LEVEL: 'warn', SYNC_DESTINATIONS_FILE: destinations };
  const urgent = await openUrgentSource(stack);
  try {
    await millrace(['deploy'], environment);
    const sync = await spawnService('sync', environment);
    try {
      return await measure(options, { stack, clickhouse, receiver, urgent, url: sync.url });
    } finally {
      await sync.stop();
    }
  } finally {
    await Promise.all([urgent.close(), receiver.close(), clickhouse.close()]);
    await stack.cleanup();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Surroundings {
  readonly stack: Stack;
  readonly clickhouse: ClickHouse;
  readonly receiver: FastReceiver;
  readonly urgent: UrgentSource;
  /** Of sync. */
  readonly url: string;
}

async function measure(
  options: DeliveryOptions,
  { stack, clickhouse, receiver, urgent, url }: Surroundings,
): Promise<Record<string, unknown>> {
  const { people, changed, nights, urgent: count } = options;
  const received = (what: string, wanted: number): Promise<number> =>
    waitFor(what, () => receiver.received(), { deadlineMs: DEADLINE_MS, until: (found) => found >= wanted });
  const recorded = (runId: string): Promise<number> =>
    waitFor(`the outcomes of ${runId}`, () => pendingOf(clickhouse, runId), {
      deadlineMs: DEADLINE_MS,
      everyMs: 1_000,
      until: (pending) => pending === 0,
    });
  const metric = async (name: string): Promise<number> => (await readMetrics(url))(name);
  const planningSeconds = (): Promise<number> => metric('millrace_sync_planning_seconds_sum');
  const cpuSeconds = (): Promise<number> => metric('process_cpu_seconds_total ');
  const secondsSince = (at: number): number => round((performance.now() - at) / 1_000, 2);

  await storeNights(clickhouse, options, nights, 'crm');
  const first = runOfDay(0, options);
  await storeRun(clickhouse, first, options);
  const idle = await measureUrgent(urgent, receiver, { name: 'idle', count });
  const cpuBefore = await cpuSeconds();
  const publishedAt = performance.now();
  await publishRun(stack, first);
  await received('the batch to flow', count + Math.min(FLOWING, changed));
  const firstRecord = secondsSince(publishedAt);
  const planningFirst = await planningSeconds();
  const flowsAt = performance.now();
  const busy = await measureUrgent(urgent, receiver, { name: 'busy', count });
  const isBatchStillRunning = receiver.received() < changed + 2 * count;
  await received('all that changed', changed + 2 * count);
  const receivedSeconds = secondsSince(flowsAt);
  await recorded(first.run_id);
  const recordedSeconds = secondsSince(flowsAt);
  const cpuFirst = await cpuSeconds();

  const second = runOfDay(1, options);
  await storeRun(clickhouse, second, options);
  const secondAt = performance.now();
  await publishRun(stack, second);
  await recorded(second.run_id);
  const secondRunSeconds = secondsSince(secondAt);
  const planningSecond = (await planningSeconds()) - planningFirst;
  const cpuSecond = await cpuSeconds();
  return {
    people,
    changed,
    nights_before: nights,
    planning_seconds: { first: round(planningFirst, 2), second: round(planningSecond, 2) },
    first_record_after_seconds: firstRecord,
    delivered_and_recorded_seconds: recordedSeconds,
    records_per_second: Math.round(changed / recordedSeconds),
    received_records_per_second: Math.round(changed / receivedSeconds),
    second_run_seconds: secondRunSeconds,
    second_run_records_per_second: Math.round(changed / (secondRunSeconds - planningSecond)),
    cpu_seconds: { first_run: round(cpuFirst - cpuBefore, 1), second_run: round(cpuSecond - cpuFirst, 1) },
    applied_twice: receiver.twice(),
    urgent_ms_idle: idle,
    urgent_ms_while_batch_runs: busy,
    is_batch_running_during_urgent: isBatchStillRunning,
    peer_one_call_a_record: await oneCallARecord(PEER_RECORDS),
  };
}

/** Records of the run that have no outcome yet; -1 before there is a plan. */
async function pendingOf(clickhouse: ClickHouse, runId: string): Promise<number> {
  const sql = 'select pending from delivery_runs where run_id = {run_id: String}';
  return Number((await clickhouse.queryOne<{ pending: number }>(sql, { run_id: runId }))?.pending ?? -1);
}

const webhookTo = (url: string): object => ({
  name: 'crm',
  kind: 'webhook',
  settings: {
    url,
    secret: 'a shared secret of the benchmark',
    allow_private_addresses: true,
    max_records: 500,
    concurrency: 8,
    timeout_seconds: 30,
  },
  objects: [
    {
      object: 'lead',
      match: 'email',
      // The nights lie in the past: everybody would be due.
      refresh_days: 0,
      fields: {
        lead_score: { from: 'lead_score.score', trigger: { delta: 5 } },
        lead_grade: { from: 'lead_score.grade', trigger: 'change' },
        lead_stage: { from: 'lead_score.stage', trigger: 'change' },
        lead_score_reasons: { from: 'lead_score.reasons' },
      },
    },
  ],
  urgent: { person: { object: 'lead', match: 'email' }, account: { object: 'account', match: 'id' } },
});
