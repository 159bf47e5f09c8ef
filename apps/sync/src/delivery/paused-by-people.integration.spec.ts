import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { decidePause, readPauses, type PauseWish } from '../commands/pause-deliveries';
import { showDeliveries, shownInWords } from '../commands/show-deliveries';
import { createDestinationServer, type DestinationServer } from '../testing/destination-server';
import { configOf, deployAndStart, environmentOf, webhookEntry } from '../testing/run-sync';
import { createScoresTopic, createScoreTables, publishRun, run, scoreRow } from '../testing/score-fixture';

const stack = useStack();
const ids = Array.from({ length: 60 }, (_, index) => `p${index}`);
let clickhouse: ClickHouse;
let server: DestinationServer;
let service: RunningService;
let environment: Record<string, string>;

const decide = (more: Partial<PauseWish>) =>
  decidePause(configOf(environment), {
    destination: 'crm',
    is_paused: true,
    note: 'they move',
    author: 'ana',
    ...more,
  });

beforeAll(async () => {
  server = await createDestinationServer();
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  environment = environmentOf(stack, [webhookEntry('crm', server.url), webhookEntry('other', `${server.url}/other`)]);
  service = await deployAndStart(environment);
  await clickhouse.insertRows(
    'score_history',
    ids.map((id) => scoreRow(id)),
  );
});

afterAll(async () => {
  await service.close();
  await server.close();
  await clickhouse.close();
});

const requestsTo = (path: string): number => server.requests.filter((request) => request.path === path).length;

it('sends nothing to a destination that people stopped, and everything once it may go on', async () => {
  expect(await decide({})).toMatchObject({ outcome: 'decided', decision: { author: 'ana', is_paused: true } });
  expect(await decide({ author: 'bea' })).toMatchObject({ outcome: 'unchanged', decision: { author: 'ana' } });
  await publishRun(stack.kafka, stack.topicPrefix, run('run-1', { rows: ids.length }));
  // The other destination of the same plan shows that there was time.
  await waitFor('the other destination', () => requestsTo('/other'), { until: (count) => count >= 6 });
  await waitFor(
    'the plan of the stopped one',
    () => clickhouse.query(`select 1 from delivery_runs where destination = 'crm' and run_id = 'run-1'`),
    { until: (rows) => rows.length > 0 },
  );
  expect(requestsTo('/')).toBe(0);
  const pauses = await readPauses(configOf(environment));
  const shown = await showDeliveries(configOf(environment), { destination: 'crm', hours: 1 }, pauses);
  expect(shown).toMatchObject([{ destination: 'crm', object: 'lead', accepted: 0, paused: { note: 'they move' } }]);
  expect(shownInWords(shown)[1]).toMatch(/^crm +lead +stopped/);

  expect(await decide({ is_paused: false, note: 'moved' })).toMatchObject({ outcome: 'decided' });
  await waitFor('everything', () => requestsTo('/'), { until: (count) => count >= 6 });
  expect((await readPauses(configOf(environment))).of('crm')).toBeUndefined();
  expect(await decide({ is_paused: false })).toEqual({
    outcome: 'unchanged',
    destination: 'crm',
    is_paused: false,
    decision: null,
  });
});
