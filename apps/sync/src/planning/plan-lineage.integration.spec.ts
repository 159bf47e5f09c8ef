import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { lineageId } from '@millrace/platform-lineage';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { createDestinationServer, type DestinationServer } from '../testing/destination-server';
import { deployAndStart, environmentOf, webhookEntry } from '../testing/run-sync';
import { createScoresTopic, createScoreTables, publishRun, run, scoreRow } from '../testing/score-fixture';

jest.setTimeout(180_000);

interface Event {
  readonly eventType: string;
  readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, Record<string, unknown>>> };
  readonly job: { readonly name: string };
  readonly inputs: readonly { readonly name: string }[];
  readonly outputs: readonly { readonly namespace: string; readonly name: string; readonly outputFacets: object }[];
}

const stack = useStack();
let catalogue: Server;
let destination: DestinationServer;
let clickhouse: ClickHouse;
let service: RunningService;
const events: Event[] = [];
const ends = (type: string): Promise<Event> =>
  waitFor(`${type} of a plan`, () => events.find(({ eventType }) => eventType === type) as Event, {
    deadlineMs: 90_000,
  });

beforeAll(async () => {
  catalogue = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      events.push(JSON.parse(body) as Event);
      response.writeHead(201).end();
    });
  });
  await new Promise<void>((resolve) => catalogue.listen(0, '127.0.0.1', resolve));
  destination = await createDestinationServer(() => null);
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  service = await deployAndStart(
    environmentOf(stack, [webhookEntry('crm', destination.url)], {
      OPENLINEAGE_URL: `http://127.0.0.1:${(catalogue.address() as AddressInfo).port}`,
      PLAN_INTERVAL_SECONDS: '0.2',
    }),
  );
}, 120_000);

afterAll(async () => {
  await service.close();
  await destination.close();
  await clickhouse.close();
  catalogue.closeAllConnections();
  await new Promise((resolve) => catalogue.close(resolve));
});

it('a plan is told at its begin, when it fails and when it is on its way, under one id', async () => {
  await clickhouse.insertRows('score_history', [scoreRow('p1'), scoreRow('p2')]);
  await clickhouse.command('rename table delivery_plan_records to delivery_plan_records_away');
  const published = run('run-1', { rows: 2 });
  await publishRun(stack.kafka, stack.topicPrefix, published);
  const failed = await ends('FAIL');
  expect(failed.run.facets['errorMessage']?.['message']).toContain('delivery_plan_records');
  await clickhouse.command('rename table delivery_plan_records_away to delivery_plan_records');

  const { run: told, inputs, outputs, job } = await ends('COMPLETE');
  expect(events.map(({ eventType }) => eventType)).toEqual(['START', 'FAIL', 'COMPLETE']);
  expect(new Set(events.map(({ run: { runId } }) => runId)).size).toBe(1);
  expect(job.name).toMatch(/^sync\.crm\./);
  // What scoring wrote under the same names and the same ids.
  expect(inputs.map(({ name }) => name)).toEqual(
    expect.arrayContaining([`${stack.database}.score_rows`, `${stack.topicPrefix}scores.published.v1`]),
  );
  expect(told.facets['jobDependencies']?.['upstream']).toContainEqual(
    expect.objectContaining({ run: { runId: lineageId(`millrace/${published.run_id}`) } }),
  );
  expect(outputs).toContainEqual(
    expect.objectContaining({
      namespace: 'destination://crm',
      outputFacets: { outputStatistics: expect.objectContaining({ rowCount: 2 }) as unknown },
    }),
  );
  expect(told.facets['millrace_deliveryPlan']).toMatchObject({ toSend: 2 });
});
