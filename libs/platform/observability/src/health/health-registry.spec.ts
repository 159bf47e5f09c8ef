import { HealthRegistry } from './health-registry';

let health: HealthRegistry;
beforeEach(() => {
  health = new HealthRegistry();
});

it('is starting, then ok, then stopping for good', async () => {
  expect((await health.reportReadiness()).status).toBe('starting');
  health.markRunning();
  expect((await health.reportReadiness()).status).toBe('ok');
  health.markStopping();
  health.markRunning();
  expect((await health.reportReadiness()).status).toBe('stopping');
});

it('names each check with its reason', async () => {
  health.markRunning();
  health.addReadiness('clickhouse', () => Promise.reject(new Error('refused')));
  health.addReadiness('kafka', () => undefined);
  expect(await health.reportReadiness()).toMatchObject({
    status: 'failed',
    checks: { clickhouse: { status: 'failed', reason: 'refused' }, kafka: { status: 'ok' } },
  });
});

it('fails a check that does not answer in time', async () => {
  health.markRunning();
  health.addReadiness('slow', () => new Promise(() => undefined), 20);
  expect((await health.reportReadiness()).checks['slow']).toMatchObject({
    status: 'failed',
    reason: 'no answer within 20 ms',
  });
});

it('keeps the life of the process apart from what it depends on', async () => {
  health.addReadiness('clickhouse', () => Promise.reject(new Error('refused')));
  expect((await health.reportLiveness()).status).toBe('ok');
  health.addLiveness('loop', () => {
    throw new Error('has not turned for 60 s');
  });
  expect((await health.reportLiveness()).checks['loop']).toMatchObject({ reason: 'has not turned for 60 s' });
});

it('notes what somebody should look at and stays ready', async () => {
  health.markRunning();
  let waiting: string | null = '3 rows wait';
  health.addNote('rows set aside', () => Promise.resolve(waiting));
  health.addNote('broken', () => Promise.reject(new Error('refused')));
  expect(await health.reportReadiness()).toEqual({
    status: 'ok',
    checks: {},
    notes: { 'rows set aside': '3 rows wait' },
  });
  waiting = null;
  expect(await health.reportReadiness()).toEqual({ status: 'ok', checks: {} });
});
