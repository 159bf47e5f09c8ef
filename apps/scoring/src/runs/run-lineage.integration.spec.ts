import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { lineageId } from '@millrace/platform-lineage';
import { useStack, waitFor } from '@millrace/platform-testing';

import { closeConnections, type Connections } from '../connections/connections';
import { install, seal, seedAccounts, seedPeople } from '../testing/seed';
import { createEngine } from './engine';
import { runWithUpstream } from './run-upstream';

jest.setTimeout(240_000);

const AS_OF = Date.parse('2026-11-23T07:00:00Z');

interface Event {
  readonly eventType: string;
  readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, Record<string, unknown>>> };
  readonly job: { readonly name: string };
  readonly inputs: readonly { readonly name: string }[];
  readonly outputs: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly facets: Readonly<Record<string, Record<string, unknown>>>;
    readonly outputFacets: Readonly<Record<string, Record<string, unknown>>>;
  }[];
}

const stack = useStack();
let server: Server;
let connections: Connections;
let events: Event[] = [];
/** Null: no answer ever comes. */
let status: number | null = 201;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      events.push(JSON.parse(body) as Event);
      if (status !== null) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  connections = await install(stack, { OPENLINEAGE_URL: `http://127.0.0.1:${port}` });
  const { clickhouse } = connections;
  await seedPeople(clickhouse, [{ person_id: 'p1', email: 'p1@example.com', updated_at: '2026-01-01 00:00:00' }]);
  await seedAccounts(clickhouse, [{ account_id: 'a1', domain: 'example.com', updated_at: '2026-01-01 00:00:00' }]);
  await seal(connections, 1, '2026-11-23T06:00:00Z', [
    { at: '2026-11-20T15:00Z', type: 'page_viewed', topic: 'signals.web.v1', user: 'u1' },
  ]);
});

afterAll(async () => {
  server.closeAllConnections();
  await closeConnections(connections);
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  [events, status] = [[], 201];
});

const toldOf = (job: string): Promise<Event[]> =>
  waitFor(`the end of ${job}`, () => events.filter((event) => event.job.name === job), {
    until: (found) => found.some(({ eventType }) => eventType !== 'START'),
  });

it('a run is told at its begin and its end, with one id, and joins what sealing writes to what plans read', async () => {
  const [outcome] = await runWithUpstream(createEngine(connections), 'rfm', AS_OF, []);
  const told = await toldOf('scoring.rfm');
  expect(told.map(({ eventType }) => eventType)).toEqual(['START', 'COMPLETE']);
  const runId = lineageId(`millrace/${outcome.run.run_id}`);
  expect(told.map(({ run }) => run.runId)).toEqual([runId, runId]);
  const { run, inputs, outputs } = told[1] as Event;
  const database = connections.config.CLICKHOUSE_DATABASE;
  expect(inputs.map(({ name }) => name)).toEqual(
    expect.arrayContaining([`${database}.signals`, `${database}.people_as_of_rows`]),
  );
  expect(outputs[0]).toMatchObject({
    name: `${database}.score_rows`,
    outputFacets: { outputStatistics: { rowCount: outcome.run.rows } },
    facets: { dataQualityMetrics: { rowCount: outcome.run.rows } },
  });
  expect(outputs[0]?.facets['schema']?.['fields']).toContainEqual(expect.objectContaining({ name: 'entity_id' }));
  expect(run.facets['millrace_scoreRun']).toMatchObject({ runId: outcome.run.run_id, checksum: outcome.run.checksum });
  const people = await toldOf('scoring.people_as_of');
  expect(run.facets['jobDependencies']?.['upstream']).toContainEqual(
    expect.objectContaining({ run: { runId: people[0]?.run.runId } }),
  );
});

it('a run that is there already is not told again', async () => {
  const [outcome] = await runWithUpstream(createEngine(connections), 'rfm', AS_OF, []);
  expect(outcome.outcome).toBe('unchanged');
  await runWithUpstream(createEngine(connections), 'rfm', AS_OF + 86_400_000, []);
  await toldOf('scoring.rfm');
  const at = (instant: number): unknown => new Date(instant).toISOString();
  const starts = events.map(({ run }) => run.facets['nominalTime']?.['nominalStartTime']);
  expect(new Set(starts)).toEqual(new Set([at(AS_OF + 86_400_000)]));
});

it('a run that fails is told with its reason', async () => {
  const engine = createEngine(connections);
  await connections.clickhouse.command('rename table score_rows to score_rows_away');
  try {
    await expect(engine.job('rfm').run(AS_OF + 2 * 86_400_000, [])).rejects.toThrow();
  } finally {
    await connections.clickhouse.command('rename table score_rows_away to score_rows');
  }
  const told = await toldOf('scoring.rfm');
  expect(told.map(({ eventType }) => eventType)).toEqual(['START', 'FAIL']);
  expect(told[1]?.run.runId).toBe(told[0]?.run.runId);
  expect(told[1]?.run.facets['errorMessage']?.['message']).toContain('score_rows');
});

it.each([500, null])('a catalogue that answers %s holds up no run', async (answer) => {
  status = answer;
  const [outcome] = await runWithUpstream(createEngine(connections), 'rfm', AS_OF + (answer ?? 400) * 86_400_000, []);
  expect(outcome.outcome).toBe('published');
});
