import { SIXTY_MORNINGS } from '@millrace/catalog-models/testing';
import { PUBLISHED } from '@millrace/catalog-models/published';
import type { DeliveryBatch, PlanDecision } from '@millrace/contract-delivery';
import { createClickHouse, runMigrations, SettingAside, type ClickHouse } from '@millrace/platform-clickhouse';
import { createHttpClient } from '@millrace/platform-http';
import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { MIGRATIONS } from '../deployment';
import type { ObjectMapping } from '../destinations/destination-file';
import { parseDestinations, type ConfiguredDestination } from '../destinations/load-destinations';
import { deliveriesTable } from '../stored/record-tables';
import { deliverInMemory, runtimeOf } from '../testing/deliver-in-memory';
import { createDestinationServer, type DestinationServer } from '../testing/destination-server';
import { webhookEntry } from '../testing/run-sync';
import { createScoreTables, run, scoreRow, setOf } from '../testing/score-fixture';
import { computePlan } from './compute-plan';
import { readPlanChunk } from './read-plan';

const SETTINGS = { chunkRecords: 100, deadline: '06:00', replica: 'spec' };
const PLANNED_AFTER_MS = 300_000;

describe('sixty mornings of one score, as lead_score gives them', () => {
  const stack = useStack();
  const client = createHttpClient();
  let clickhouse: ClickHouse;
  let crm: DestinationServer;
  beforeAll(async () => {
    clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
    await runMigrations({ clickhouse, service: 'sync', directory: MIGRATIONS });
    await createScoreTables(clickhouse);
    crm = await createDestinationServer();
  });
  afterAll(async () => {
    await Promise.all([crm.close(), client.close(), clickhouse.close()]);
  });

  it('give five deliveries: 54, 49, 44, 39, and once for the stage', async () => {
    const text = JSON.stringify({ destinations: [webhookEntry('crm', crm.url)] });
    const configured = parseDestinations(text, 'f.json', {}, PUBLISHED)[0] as ConfiguredDestination;
    const mapping = configured.entry.objects[0] as ObjectMapping;
    expect(mapping.fields).toMatchObject({
      lead_score: { trigger: { delta: 5 } },
      lead_stage: { trigger: 'change' },
    });
    const runtime = runtimeOf(configured, client);
    const stored = new SettingAside({ clickhouse, service: 'sync', log: silentLog });
    const days: string[] = [];
    let before: PlanDecision | undefined;
    for (const { date, score, stage } of SIXTY_MORNINGS) {
      const run_id = `run-${date}`;
      const as_of = Date.parse(`${date}T06:00:00Z`);
      const now = as_of + PLANNED_AFTER_MS;
      await clickhouse.insertRows('score_history', [
        scoreRow('ann', { run_id, as_of_date: date, score, stage, grade: 'A', email: 'ann@acme.com' }),
      ]);
      const set = setOf(mapping, run(run_id, { as_of, as_of_date: date }));
      const plan = await computePlan(clickhouse, { configured, mapping, set, before }, SETTINGS, now);
      before = plan;
      const batch = await readPlanChunk(clickhouse, plan, 'person', 0, now);
      expect(batch?.records.length ?? 0).toBe(plan.to_send);
      if (batch === null) continue;
      const { isDone, outcomes, final } = await deliverInMemory(batch as DeliveryBatch, runtime, { now: () => now });
      expect({ isDone, final: final() }).toEqual({ isDone: true, final: { ann: 'accepted' } });
      await stored.insert(deliveriesTable, outcomes);
      days.push(date);
    }
    // What the other side wrote down, each key applied once.
    const got = crm.order.map(({ match_key, reason, fields }) => ({ match_key, reason, ...fields }));
    const sent = (lead_score: number, lead_stage: string, reason: string): object => ({
      match_key: 'ann@acme.com',
      reason,
      lead_score,
      lead_stage,
    });
    expect(got).toMatchObject([
      sent(54, 'mql', 'first_non_zero'),
      sent(49, 'mql', 'delta'),
      sent(44, 'mql', 'delta'),
      sent(39, 'mql', 'delta'),
      sent(39, 'engaged', 'change'),
    ]);
    expect([...crm.applied.values()]).toEqual([1, 1, 1, 1, 1]);
    expect(days).toEqual(['2026-03-10', '2026-03-25', '2026-04-10', '2026-04-27', '2026-04-30']);
    const accepted = await clickhouse.query(
      `select count() as records from deliveries where outcome = 'accepted' and destination = 'crm'`,
    );
    expect(accepted).toEqual([{ records: 5 }]);
  });
});
