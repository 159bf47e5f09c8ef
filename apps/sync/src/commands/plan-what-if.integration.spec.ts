import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { createDestinationServer, type DestinationServer } from '../testing/destination-server';
import { configOf, deployAndStart, environmentOf, webhookEntry } from '../testing/run-sync';
import { createScoresTopic, createScoreTables, publishRun, run, scoreRow } from '../testing/score-fixture';
import { showPlans, type ShownPlan } from './show-plan';

const stack = useStack();
jest.setTimeout(1_200_000);

const PEOPLE = Array.from({ length: 30 }, (_, index) => `p${index}`);
const NEXT = { as_of: Date.UTC(2026, 0, 6, 7), as_of_date: '2026-01-06' };
let clickhouse: ClickHouse;
let server: DestinationServer;
let service: RunningService;
let environment: Record<string, string>;

/** Every third score moves by 5 or more, every tenth person has another stage. */
const rowsOf = (runId: string, move: (index: number) => object) =>
  PEOPLE.map((id, index) => scoreRow(id, { run_id: runId, ...move(index) }));
const moved = (index: number): object => ({
  score: index % 3 === 0 ? 60 : 52,
  stage: index % 10 === 0 ? 'mql' : 'engaged',
});

beforeAll(async () => {
  server = await createDestinationServer(() => null);
  environment = environmentOf(stack, [webhookEntry('crm', server.url)]);
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  service = await deployAndStart(environment);
});
afterAll(async () => {
  await service.close();
  await server.close();
  await clickhouse.close();
});

const shown = async (options: { readonly run?: string; readonly whatIf?: string }): Promise<ShownPlan | undefined> =>
  (await showPlans(configOf(environment), { destination: 'crm', samples: 100, ...options }))[0];
const acceptedOf = async (runId: string): Promise<number> =>
  (
    await clickhouse.query<{ accepted: number }>(
      'select toUInt32(sum(accepted)) as accepted from delivery_runs where run_id = {run_id: String}',
      { run_id: runId },
    )
  )[0]?.accepted ?? 0;
/** What of deliveries anybody may see. */
const delivered = async (): Promise<unknown> => ({
  attempts: await clickhouse.query(
    'select arraySort(groupUniqArray((idempotency_key, attempt))) as keys from deliveries',
  ),
  plans: await clickhouse.query('select arraySort(groupUniqArray(plan_id)) as plans from delivery_runs'),
});

it('counts what the plan sends once the settings are published, and changes nothing', async () => {
  await clickhouse.insertRows(
    'score_history',
    rowsOf('run-1', () => ({ score: 50 })),
  );
  await publishRun(stack.kafka, stack.topicPrefix, run('run-1'));
  await waitFor('everybody is delivered', () => acceptedOf('run-1'), {
    deadlineMs: 300_000,
    until: (all) => all === 30,
  });

  // Scoring shows what was tried; its rows have the values of their run.
  await clickhouse.insertRows('score_history', rowsOf('tried', moved));
  const record = JSON.stringify(run('tried', { ...NEXT, purpose: 'what_if' }));
  await clickhouse.insertRows('tried_runs', [{ run_id: 'tried', record }]);
  const before = await delivered();
  const tried = await shown({ whatIf: 'tried' });
  expect(tried).toMatchObject({ state: 'preview', records: 30, to_send: 12, reasons: { delta: 10, change: 2 } });
  expect(await delivered()).toEqual(before);
  await expect(shown({ whatIf: 'nobody' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  await expect(shown({ whatIf: 'tried', run: 'run-1' })).rejects.toThrow(/give one of them/);

  await clickhouse.insertRows('score_history', rowsOf('run-2', moved));
  await publishRun(stack.kafka, stack.topicPrefix, run('run-2', NEXT));
  await waitFor('what moved is delivered', () => acceptedOf('run-2'), {
    deadlineMs: 300_000,
    until: (all) => all === 12,
  });
  const real = await shown({ run: 'run-2' });
  expect(real?.state).toBe('decided');
  for (const figure of ['records', 'to_send', 'suppressed', 'reasons', 'calls'] as const) {
    expect({ figure, value: tried?.[figure] }).toEqual({ figure, value: real?.[figure] });
  }
  const sent = (plan: ShownPlan | undefined): string[] => (plan?.samples ?? []).map((one) => one.record_id).sort();
  expect(sent(tried)).toEqual(sent(real));
});
