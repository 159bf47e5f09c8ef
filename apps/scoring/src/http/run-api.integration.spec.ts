import { join } from 'node:path';

import { runMigrations } from '@millrace/platform-clickhouse';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';
import type { z } from 'zod';

import { readScoringConfig } from '../app.config';
import { runJob } from '../commands/run-job';
import { closeConnections, type Connections } from '../connections/connections';
import { MACROS } from '../runs/trial-tables';
import { install, seal, seedPeople, type SeedSignal } from '../testing/seed';
import { startScoring } from '../topology';
import { deliveryAnswer, errorAnswer, operationAnswer, windowsAnswer } from './run-api';

jest.setTimeout(600_000);

const SYNC_MIGRATIONS = join(__dirname, '../../../sync/src/migrations');
const TOKEN = 'a-token-of-the-specs-that-is-long-enough';
const MONDAY = '2026-11-23T07:00:00Z';
const TUESDAY = '2026-11-24T07:00:00Z';
const WEDNESDAY = '2026-11-25T07:00:00Z';
const PEOPLE = Array.from({ length: 12 }, (_, index) => `u${index}`);
const PATIENTLY = { deadlineMs: 400_000 };

/** Up to the end of the local day, and as far as its days look. */
const TUESDAYS_WINDOWS: unknown = expect.stringMatching(/^2026-11-23T06:00Z\/2026-11-24T0[56]:00Z$/);

type Operation = z.output<typeof operationAnswer>;

const idOf = (asOf: string): string => `lead_score-${asOf.replace(/[-:]/g, '')}`;
const demoOf = (user: string, day: string): SeedSignal => ({
  at: `${day}T15:00Z`,
  type: 'demo_requested',
  user,
  email: `${user}@acme.example`,
  id: `${user}-${day}`,
});

describe('runs over HTTP', () => {
  const stack = useStack();
  const running: RunningService[] = [];
  let connections: Connections;
  let scoring: RunningService;

  const environment = (more: Record<string, string> = {}): Record<string, string> => ({
    ...stack.environment,
    SCORING_PORT: '0',
    LOG_LEVEL: 'silent',
    SCHEDULES_ENABLED: 'false',
    ENTITIES_WAIT_SECONDS: '0',
    RUN_CHUNK_SIZE: '2',
    RUN_CHUNKS_PER_QUERY: '1',
    REPLICA_ID: 'first',
    RUN_API_TOKEN: TOKEN,
    ...more,
  });
  const start = async (more: Record<string, string> = {}): Promise<RunningService> => {
    const service = await startScoring(readScoringConfig(environment(more)), { ownsProcess: false });
    running.push(service);
    await service.started;
    return service;
  };

  beforeAll(async () => {
    connections = await install(stack);
    await runMigrations({
      clickhouse: connections.clickhouse,
      service: 'sync',
      directory: SYNC_MIGRATIONS,
      macros: MACROS,
    });
    await seedPeople(
      connections.clickhouse,
      PEOPLE.map((person) => ({
        person_id: person,
        email: `${person}@acme.example`,
        email_domain: 'acme.example',
        created_at: '2026-01-01T00:00:00Z',
        updated_at: '2026-01-01T00:00:00Z',
      })),
    );
    await seal(
      connections,
      1,
      '2026-11-23T06:10:00Z',
      PEOPLE.map((user) => demoOf(user, '2026-11-20')),
      { first_window: Date.parse('2026-11-20T15:00:00Z'), last_window: Date.parse('2026-11-20T15:00:00Z') },
    );
    scoring = await start();
  });
  afterAll(async () => {
    await Promise.all(running.map((service) => service.close()));
    await closeConnections(connections);
  });

  const ask = async (
    path: string,
    { method = 'GET', body, token = TOKEN, of = scoring }: Asking = {},
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> => {
    const response = await fetch(`${of.url}${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const startRun = async (body: object): Promise<{ status: number; operation: Operation }> => {
    const answer = await ask('/v1/runs', { method: 'POST', body: { job: 'lead_score', ...body } });
    return { status: answer.status, operation: operationAnswer.parse(answer.body) };
  };
  const readRun = async (id: string, waitSeconds = 0, of = scoring): Promise<Operation> =>
    operationAnswer.parse((await ask(`/v1/runs/${id}?wait_seconds=${waitSeconds}`, { of })).body);
  const ended = (id: string): Promise<Operation> =>
    waitFor(`${id} to end`, () => readRun(id, 20), { ...PATIENTLY, until: ({ is_ended }) => is_ended });
  const currentRuns = (): Promise<unknown[]> =>
    connections.clickhouse.query('select distinct run_id from scores where model = {model: String}', {
      model: 'lead_score',
    });
  const readWindows = async (query: string): Promise<z.output<typeof windowsAnswer>> =>
    windowsAnswer.parse((await ask(`/v1/windows?${query}`)).body);

  it('are closed without a token, whoever asks', async () => {
    const closed = await start({ RUN_API_TOKEN: '', REPLICA_ID: 'closed' });
    for (const path of ['/v1/openapi.json', '/v1/runs/a', '/v1/windows?as_of=x']) {
      const { status, body } = await ask(path, { of: closed });
      expect(status).toBe(403);
      expect(errorAnswer.parse(body).error).toMatchObject({
        code: 'API_CLOSED',
        message: expect.stringContaining('RUN_API_TOKEN'),
      });
    }
    expect((await fetch(`${closed.url}/health/live`)).status).toBe(200);
  });

  it.each([
    ['no token', '', 'missing'],
    ['another token', `${TOKEN}x`, 'wrong'],
  ])('are refused with %s, before the body is read', async (_what, token, word) => {
    const { status, headers, body } = await ask('/v1/runs', { method: 'POST', token, body: 'x'.repeat(100_000) });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(errorAnswer.parse(body).error).toMatchObject({
      code: 'API_UNAUTHORIZED',
      message: expect.stringContaining(word),
    });
  });

  it.each<[string, unknown, number, string]>([
    ['a job that there is not', { job: 'lead_scores', as_of: MONDAY }, 404, 'There is: lead_score'],
    ['a rollup', { job: 'person_days', as_of: MONDAY }, 404, 'There is:'],
    ['no instant', { job: 'lead_score' }, 400, 'as_of'],
    ['what is not an instant', { job: 'lead_score', as_of: 'yesterday' }, 400, 'not a date or a time'],
    ['an instant without its zone', { job: 'lead_score', as_of: '2026-11-23T07:00:00' }, 400, 'says no zone'],
    ['the future', { job: 'lead_score', as_of: '2099-01-01T00:00:00Z' }, 400, 'future'],
    ['parts of a second', { job: 'lead_score', as_of: '2026-11-23T07:00:00.5Z' }, 400, 'whole second'],
    ['a time before any signal', { job: 'lead_score', as_of: '2020-01-01T00:00:00Z' }, 400, 'no sealed signal before'],
    ['a field that is not known', { job: 'lead_score', as_of: MONDAY, settings: {} }, 400, 'settings'],
    ['a wait that is too long', { job: 'lead_score', as_of: MONDAY, timeout_seconds: 1e9 }, 400, 'timeout_seconds'],
    ['no JSON', '{', 400, ''],
    ['a body that is too large', { job: 'x'.repeat(20_000), as_of: MONDAY }, 413, ''],
  ])('are refused for %s', async (_what, body, status, words) => {
    const answer = await ask('/v1/runs', { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect(errorAnswer.parse(answer.body).error.message).toContain(words);
  });

  it.each([
    ['/v1/runs/lead_score-20200101T000000Z', 404],
    ['/v1/runs/nothing', 404],
    ['/v1/runs/nothing?wait_seconds=51', 400],
    ['/v1/runs/nothing?wait=5', 400],
    ['/v1/windows?as_of=2026-11-23', 400],
    [`/v1/windows?as_of=${MONDAY}&job=nothing`, 404],
    ['/v1/runs/lead_score-20200101T000000Z/deliveries', 404],
  ])('%s is answered %d', async (path, status) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    errorAnswer.parse(answer.body);
  });

  it('makes the run that the command line makes', async () => {
    const { status, operation } = await startRun({ as_of: MONDAY });
    expect([status, operation.id, operation.replica]).toEqual([202, idOf(MONDAY), 'first']);
    const done = await ended(operation.id);
    expect(done).toMatchObject({
      state: 'done',
      error: null,
      progress: { model: 'lead_score', stage: 'publish', chunks: 6, chunks_done: 6 },
      run: { outcome: 'published', rows: 12, is_partial: false, is_current: true, revision: 1 },
    });
    const typed = await runJob(readScoringConfig(environment()), 'lead_score', { asOf: MONDAY });
    expect(typed.outcome).toBe('unchanged');
    expect(typed.run).toMatchObject({
      run_id: done.run?.run_id,
      checksum: done.run?.checksum,
    });
    const { operation: again } = await startRun({ as_of: '2026-11-23' });
    expect((await ended(again.id)).run).toMatchObject({ outcome: 'unchanged', run_id: typed.run.run_id });
  });

  it('waits for windows, is one operation meanwhile, and runs once they are sealed', async () => {
    const { operation } = await startRun({ as_of: TUESDAY });
    const waiting = await waitFor('the wait to be told', () => readRun(operation.id), {
      ...PATIENTLY,
      until: ({ waits_for }) => waits_for.length > 0,
    });
    expect(waiting).toMatchObject({ state: 'waiting', waits_for: [TUESDAYS_WINDOWS] });
    expect((await startRun({ as_of: '2026-11-24T02:00:00-05:00' })).status).toBe(200);
    expect(await readWindows(`as_of=${TUESDAY}&job=lead_score`)).toMatchObject({
      is_sealed: false,
      waits_for: [TUESDAYS_WINDOWS],
    });
    expect(await readWindows('as_of=2026-11-24T05:00:00Z')).toMatchObject({
      is_sealed: false,
      sealed_through: '2026-11-23T06:00:00.000Z',
    });
    const asked = readWindows(`as_of=${TUESDAY}&job=lead_score&wait_seconds=50`);
    await seal(connections, 2, '2026-11-24T06:10:00Z', [demoOf('u1', '2026-11-23')]);
    expect(await asked).toMatchObject({ is_sealed: true, waits_for: [] });
    expect(await readWindows('as_of=2026-11-24T06:00:00Z')).toMatchObject({ is_sealed: true, job: null });
    expect(await ended(operation.id)).toMatchObject({ state: 'done', run: { is_partial: false, is_current: true } });
  });

  it('fails with the windows that were not sealed in time, or is partial where that is allowed', async () => {
    const { operation } = await startRun({ as_of: WEDNESDAY, timeout_seconds: 0 });
    expect(await ended(operation.id)).toMatchObject({
      state: 'failed',
      run: null,
      error: {
        code: 'SERVICE_NOT_READY',
        is_retryable: true,
        message: expect.stringContaining('2026-11-24T06:00Z/2026-11-25T0'),
      },
    });
  });

  it('is cancelled between two chunks: the previous scores stay current, and a new start goes on', async () => {
    const before = await currentRuns();
    const { operation } = await startRun({ as_of: WEDNESDAY, timeout_seconds: 0, partial: true });
    await waitFor('it to score', () => readRun(operation.id), {
      ...PATIENTLY,
      everyMs: 10,
      until: ({ progress }) => progress?.model === 'lead_score' && progress.stage === 'score',
    });
    const cancelled = await ask(`/v1/runs/${operation.id}`, { method: 'DELETE' });
    expect(cancelled.status).toBe(200);
    const over = await ended(operation.id);
    expect(over).toMatchObject({ state: 'cancelled', run: null, error: { code: 'RUN_CANCELLED' } });
    expect(over.progress?.chunks_done).toBeLessThan(6);
    expect(await currentRuns()).toEqual(before);
    await startRun({ as_of: WEDNESDAY, timeout_seconds: 0, partial: true });
    expect(await ended(operation.id)).toMatchObject({ state: 'done', run: { is_partial: true, is_current: true } });
    expect(await currentRuns()).not.toEqual(before);
  });

  it('is told by another replica, once the log of runs has it', async () => {
    const other = await start({ REPLICA_ID: 'other' });
    const here = await readRun(idOf(TUESDAY));
    const there = await readRun(idOf(TUESDAY), 0, other);
    expect(there).toMatchObject({ state: 'done', replica: null, run: { run_id: here.run?.run_id, is_current: false } });
    expect((await readRun(here.run?.run_id ?? '', 0, other)).run).toEqual(there.run);
  });

  it('says what became of a run at destinations', async () => {
    const deliveryOf = async (asOf: string, query = ''): Promise<z.output<typeof deliveryAnswer>> =>
      deliveryAnswer.parse((await ask(`/v1/runs/${idOf(asOf)}/deliveries?${query}`)).body);
    expect(await deliveryOf(MONDAY)).toMatchObject({ state: 'not_delivered', is_settled: true });
    expect(await deliveryOf(WEDNESDAY)).toMatchObject({ state: 'unplanned', is_settled: false });
    const runId = (await readRun(idOf(WEDNESDAY))).run?.run_id ?? '';
    const plan = {
      destination: 'crm',
      object: 'lead',
      run_id: runId,
      runs: { lead_score: runId },
      plan_id: 'p1',
      to_send: 1,
      planned_at: WEDNESDAY,
    };
    await connections.clickhouse.insertRows('delivery_plans', [plan]);
    expect(await deliveryOf(WEDNESDAY)).toMatchObject({ state: 'pending', waits_for: ['crm/lead: 1 of 1 records'] });
    const asked = deliveryOf(WEDNESDAY, 'destinations=crm&wait_seconds=50');
    await connections.clickhouse.insertRows('deliveries', [
      {
        destination: 'crm',
        object: 'lead',
        record_id: 'u1',
        idempotency_key: 'k1',
        plan_id: 'p1',
        run_id: runId,
        lane: 'batch',
        attempt: 1,
        outcome: 'accepted',
        is_final: true,
        attempted_at: WEDNESDAY,
        duration_ms: 5,
      },
    ]);
    expect(await asked).toMatchObject({ state: 'settled', is_settled: true, plans: [{ accepted: 1, pending: 0 }] });
    expect(await deliveryOf(WEDNESDAY, 'destinations=crm,mail')).toMatchObject({
      state: 'unplanned',
      waits_for: ['mail: no plan yet'],
    });
  });

  it('serves its own document', async () => {
    const { status, body } = await ask('/v1/openapi.json');
    expect([status, (body as { openapi: string }).openapi]).toEqual([200, '3.1.0']);
  });
});

interface Asking {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly token?: string;
  readonly of?: RunningService;
}
