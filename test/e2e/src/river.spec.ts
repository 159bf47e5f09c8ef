import { createLocalReceiver, type LocalReceiver } from '@millrace/catalog-destinations/testing';
import { createSimulation } from '@millrace/simulation';
import type { Simulation } from '@millrace/simulation';
import { sourceOfTopic } from '@millrace/contract-signal';
import { createClickHouse, loadSql } from '@millrace/platform-clickhouse';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { publishDirect } from '@millrace/demo';
import { testSeed, waitFor } from '@millrace/platform-testing';

import { sendThroughSdk } from './clients';
import { runCommand, runJson } from './millrace/run-command';
import { startMillrace } from './millrace/start-millrace';
import type { Millrace } from './millrace/start-millrace';
import { expectedFrom } from './oracle';
import type { Expected } from './oracle';

const HOUR_MS = 3_600_000;
const SECRET = 'a shared secret of the test';

interface SealedRow {
  readonly topic: string;
  readonly signal_id: string;
  readonly window_start_ms: number;
  readonly occurred_at_ms: number;
}

interface ReceivedRecord {
  readonly record_id: string;
  readonly idempotency_key: string;
  readonly match_key: string;
  readonly reason: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Takes every record and says so. */
const acceptAll = (): Promise<LocalReceiver> =>
  createLocalReceiver((request) => ({
    do: 'answer',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      results: (JSON.parse(request.body) as ReceivedRecord[]).map(({ record_id: id }) => ({
        record_id: id,
        status: 'accepted',
      })),
    }),
  }));

const receivedBy = (receiver: LocalReceiver): ReceivedRecord[] =>
  receiver.requests.flatMap((request) => JSON.parse(request.body) as ReceivedRecord[]);

const webhookTo = (url: string): object => ({
  name: 'crm',
  kind: 'webhook',
  settings: { url, secret: SECRET, allow_private_addresses: true },
  objects: [
    {
      object: 'lead',
      entity: 'person',
      match: 'email',
      unsubscribed: 'send',
      fields: {
        lead_score: { from: 'lead_score.score', trigger: { delta: 5 } },
        lead_grade: { from: 'lead_score.grade', trigger: 'change' },
        lead_reasons: { from: 'lead_score.reasons', trigger: 'never' },
      },
    },
  ],
  urgent: { person: { object: 'lead', match: 'email' }, account: { object: 'account', match: 'id' } },
});

/** The whole river: real SDK, four processes, windowing killed with -9 in the middle, an oracle made of what was sent. */
describe('the river end to end', () => {
  // Seen from the middle of an hour, so that every signal's window is closed and stays so during the test.
  const endsAt = Math.floor((Date.now() - 2 * HOUR_MS) / HOUR_MS) * HOUR_MS;
  let company: Simulation;
  let expected: Expected;
  let receiver: LocalReceiver;
  let millrace: Millrace;
  let clickhouse: ClickHouse;
  const query = <Row>(name: string): Promise<Row[]> => clickhouse.query<Row>(loadSql(__dirname, `sql/${name}.sql`));

  beforeAll(async () => {
    company = createSimulation({
      seed: testSeed(),
      days: 3,
      endsAt,
      accounts: 15,
      signalsPerDay: 700,
      zone: 'America/New_York',
    });
    expected = expectedFrom(company.events, company.directSignals);
    receiver = await acceptAll();
    millrace = await startMillrace({ destinations: [webhookTo(receiver.url)] });
    clickhouse = createClickHouse({ url: millrace.stack.clickhouseUrl, database: millrace.stack.database });
    await publishDirect(millrace.stack, { accounts: company.accounts, people: company.people });

    const events = [...company.events];
    const half = Math.floor(events.length / 2);
    const collectorUrl = millrace.services.collector.url;
    await sendThroughSdk(events.slice(0, half), collectorUrl);
    await Promise.all([sendThroughSdk(events.slice(half), collectorUrl), millrace.killAndRestart('windowing')]);
    await publishDirect(millrace.stack, { signals: company.directSignals });
    await runJson(['windows', 'seal', '--wait'], millrace.environment);
  });

  afterAll(async () => {
    await clickhouse?.close();
    await millrace?.stop();
    await receiver?.close();
  });

  it('seals every valid signal exactly once, in the hour it occurred in', async () => {
    const rows = await query<SealedRow>('sealed-ids');
    const keyOf = (row: SealedRow): string =>
      `${sourceOfTopic(row.topic, millrace.stack.topicPrefix)}/${row.signal_id}`;
    const sealed = rows.map(keyOf);
    expect(sealed).toHaveLength(new Set(sealed).size);
    expect(new Set(sealed)).toEqual(expected.ids);
    const misplaced = rows.filter((row) => Math.floor(row.occurred_at_ms / HOUR_MS) * HOUR_MS !== row.window_start_ms);
    expect(misplaced).toEqual([]);
    const perHour = new Map<number, number>();
    for (const row of rows) perHour.set(row.window_start_ms, (perHour.get(row.window_start_ms) ?? 0) + 1);
    expect(perHour).toEqual(expected.perHour);
  });

  it('quarantines every broken event with its reason', async () => {
    const rows = await query<{ reason: string; records: number }>('quarantined');
    expect(Object.fromEntries(rows.map(({ reason, records }) => [reason, Number(records)]))).toEqual(
      expected.quarantined,
    );
  });

  it('balances: every offset is sealed, duplicate, quarantined, skipped or waiting', async () => {
    const rows = await clickhouse.query<Record<string, number | string | boolean>>('select * from conservation');
    expect(rows.filter((row) => row['is_balanced'] !== true)).toEqual([]);
    const total = (term: string): number => rows.reduce((sum, row) => sum + Number(row[term]), 0);
    expect(total('sealed')).toBe(expected.ids.size);
    expect(total('quarantined')).toBe(Object.values(expected.quarantined).reduce((a, b) => a + b, 0));
    // SDK retries under the kill may add copies; none may be missing.
    expect(total('duplicates')).toBeGreaterThanOrEqual(expected.duplicates);
    expect(total('offsets')).toBeGreaterThanOrEqual(expected.records);
  });

  it('gives equal digests when its steps are rebuilt from raw rows and from Kafka into an empty database', async () => {
    for (const source of ['raw', 'kafka']) {
      const { code, stdout } = await runCommand(
        ['replay', '--verify', '--source', source, '--json'],
        millrace.environment,
      );
      const { is_equal: isEqual } = JSON.parse(stdout) as { is_equal: boolean };
      expect({ source, code, isEqual }).toEqual({ source, code: 0, isEqual: true });
    }
  });

  it('scores people so that contributions sum to the score, and delivers each change once', async () => {
    const asOf = new Date(endsAt).toISOString();
    const { run } = await runJson<{ run: { run_id: string } }>(
      ['run', 'lead_score', '--as-of', asOf, '--wait'],
      millrace.environment,
    );
    const scored = await clickhouse.query<{ entity_id: string; email: string }>(loadSql(__dirname, 'sql/scored.sql'), {
      run_id: run.run_id,
    });
    expect(scored.length).toBeGreaterThan(3);
    expect(await query('broken-sums')).toEqual([]);
    const runs = await waitFor(
      'the plan to be delivered',
      () =>
        clickhouse.query<{ to_send: number; accepted: number; pending: number }>(
          'select to_send, accepted, pending from delivery_runs where run_id = {run_id: String}',
          { run_id: run.run_id },
        ),
      { until: (rows) => rows.length > 0 && rows.every(({ pending }) => Number(pending) === 0), deadlineMs: 60_000 },
    );
    const batch = receivedBy(receiver).filter(({ reason }) => reason !== 'urgent');
    expect(batch).toHaveLength(Number(runs[0]?.accepted));
    expect(Number(runs[0]?.accepted)).toBe(Number(runs[0]?.to_send));
    expect(new Set(batch.map(({ idempotency_key: key }) => key)).size).toBe(batch.length);
    // People who share an address are one record to the CRM.
    expect(new Set(batch.map(({ match_key: key }) => key))).toEqual(new Set(scored.map(({ email }) => email)));
    for (const { record_id: id, fields } of batch)
      expect(scored).toContainEqual({ entity_id: id, email: expect.any(String), ...fields });
  });

  it('lets a demo request overtake', async () => {
    const person = company.people.find(({ email, do_not_sync: isSilent }) => email !== null && !isSilent);
    const response = await fetch(`${millrace.services.collector.url}/v1/track`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        writeKey: 'e2e-website-key',
        event: 'Demo Requested',
        messageId: 'urgent-1',
        userId: person?.person_id,
        properties: { email: person?.email },
      }),
    });
    expect(response.status).toBe(200);
    const urgent = await waitFor(
      'the urgent delivery',
      () => Promise.resolve(receivedBy(receiver).filter(({ reason }) => reason === 'urgent')),
      { until: (records) => records.some(({ record_id: id }) => id === person?.person_id), deadlineMs: 30_000 },
    );
    expect(new Set(urgent.map(({ idempotency_key: key }) => key)).size).toBe(urgent.length);
  });
});
