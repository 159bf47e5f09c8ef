import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { createLocalReceiver, type LocalReceiver } from '@millrace/catalog-destinations/testing';
import { pythonEnvironment } from '@millrace/platform-testing';

import { runCommand, runJson } from '../millrace/run-command';
import { startMillrace, WRITE_KEYS, type Millrace } from '../millrace/start-millrace';
import { runProgram, type Ran } from './run-program';

const EXAMPLES = join(__dirname, '../../../../examples');
const TOKEN = 'a-token-of-the-specs-that-is-long-enough';
const DAY_MS = 86_400_000;
const MINUTES = 60_000;

jest.setTimeout(15 * MINUTES);

/** In whole seconds, and no tick of a schedule: it may be delivered until the next morning. */
const instant = (daysAgo: number): string => {
  const day = new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
  return `${day}T15:00:01Z`;
};

const crm = (url: string): object => ({
  name: 'crm',
  kind: 'webhook',
  settings: { url, secret: 'a shared secret of the test', allow_private_addresses: true },
  objects: [{ object: 'lead', match: 'email', fields: { lead_score: { from: 'lead_score.score' } } }],
});

describe('other schedulers', () => {
  let receiver: LocalReceiver;
  let millrace: Millrace;
  let folder: string;
  let api: { readonly MILLRACE_URL: string; readonly MILLRACE_TOKEN: string };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-schedulers-'));
    receiver = await createLocalReceiver((request) => ({
      do: 'answer',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        results: (JSON.parse(request.body) as { record_id: string }[]).map(({ record_id: id }) => ({
          record_id: id,
          status: 'accepted',
        })),
      }),
    }));
    millrace = await startMillrace({
      destinations: [crm(`${receiver.url}/crm`)],
      overrides: { SCHEDULES_ENABLED: 'false', RUN_API_TOKEN: TOKEN, PLAN_INTERVAL_SECONDS: '1' },
    });
    api = { MILLRACE_URL: millrace.services.scoring.url, MILLRACE_TOKEN: TOKEN };
    const batch = [5, 4, 3].map((daysAgo) => ({
      type: 'track',
      event: 'Demo Requested',
      userId: 'u1',
      messageId: `demo-${daysAgo}`,
      timestamp: instant(daysAgo),
      context: { traits: { email: 'Ann@Acme.test' } },
    }));
    const sent = await fetch(`${millrace.services.collector.url}/v1/batch`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${WRITE_KEYS.website}:`).toString('base64')}`,
      },
      body: JSON.stringify({ batch }),
    });
    expect(sent.status).toBe(200);
    await runJson(['windows', 'seal', '--wait'], millrace.environment);
  }, 5 * MINUTES);

  afterAll(async () => {
    await millrace?.stop();
    await receiver?.close();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTES);

  const pythonPath = (...more: string[]): { PYTHONPATH: string } => ({
    PYTHONPATH: [EXAMPLES, ...more].join(delimiter),
  });
  const runsOf = async (asOf: string): Promise<string[]> => {
    const id = `lead_score-${asOf.replace(/[-:]/g, '')}`;
    const answer = await fetch(`${api.MILLRACE_URL}/v1/runs/${id}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    const body = (await answer.json()) as { run?: { run_id: string } };
    return body.run === undefined ? [] : [body.run.run_id];
  };

  describe('the command line', () => {
    const run = (...words: string[]): ReturnType<typeof runCommand> =>
      runCommand(['run', 'lead_score', '--as-of', instant(2), ...words, '--json'], millrace.environment);

    it('ends with 0 once it is delivered, and finds the run that exists', async () => {
      const { code, stdout } = await run('--wait', '--wait-delivery', 'crm');
      const { delivery } = JSON.parse(stdout) as { delivery: { state: string; plans: { accepted: number }[] } };
      expect([code, delivery.state, delivery.plans[0]?.accepted]).toEqual([0, 'settled', 1]);
      const again = await run('--wait', '--wait-delivery', 'crm');
      expect([again.code, (JSON.parse(again.stdout) as { outcome: string }).outcome]).toEqual([0, 'unchanged']);
    });

    it('ends with 5 when it is not delivered in time, and says what it waits for', async () => {
      const { code, stderr } = await run('--wait-delivery', 'nobody', '--timeout', '1');
      expect([code, stderr]).toEqual([5, expect.stringContaining('nobody: no plan yet')]);
    });
  });

  describe('Prefect', () => {
    let bin: string;
    const flow = (...args: string[]): Promise<Ran> =>
      runProgram(join(bin, 'python'), [join(EXAMPLES, 'prefect/nightly_scores.py'), ...args], {
        cwd: folder,
        environment: {
          ...api,
          ...pythonPath(),
          PREFECT_HOME: join(folder, 'prefect'),
          PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
          PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: '300',
          DO_NOT_TRACK: '1',
        },
      });

    beforeAll(async () => {
      bin = await pythonEnvironment('prefect', join(EXAMPLES, 'prefect/requirements.txt'));
    }, 15 * MINUTES);

    it('waits, runs and waits for the delivery', async () => {
      const asOf = instant(1);
      const { code, output } = await flow('lead_score', asOf, '--destinations', 'crm');
      const [runId = 'no run'] = await runsOf(asOf);
      expect(output).toContain(`${runId} is delivered`);
      expect(code).toBe(0);
    });

    it.each([
      ['a job that there is not', ['lead_scores', instant(1)], 'There is no score model "lead_scores"'],
      [
        'a destination that does not come',
        ['lead_score', instant(1), '--destinations', 'nobody', '--timeout-seconds', '3'],
        'not in time, waits for nobody: no plan yet',
      ],
    ])('fails with the reason: %s', async (_what, args, reason) => {
      const { code, output } = await flow(...args);
      expect(output).toContain(reason);
      expect(code).not.toBe(0);
    });
  });

  describe('Airflow', () => {
    let bin: string;
    const airflow = (...args: string[]): Promise<Ran> => {
      const { hostname, port } = new URL(api.MILLRACE_URL);
      return runProgram(join(bin, 'airflow'), args, {
        cwd: folder,
        environment: {
          ...pythonPath(join(EXAMPLES, 'airflow/dags')),
          PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
          AIRFLOW_HOME: join(folder, 'airflow'),
          AIRFLOW__CORE__DAGS_FOLDER: join(EXAMPLES, 'airflow/dags'),
          AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
          AIRFLOW_CONN_MILLRACE: JSON.stringify({
            conn_type: 'http',
            host: hostname,
            port: Number(port),
            password: TOKEN,
          }),
        },
      });
    };
    const test = (asOf: string, params: object): Promise<Ran> =>
      airflow('dags', 'test', 'nightly_scores', asOf, '--conf', JSON.stringify(params));

    beforeAll(async () => {
      bin = await pythonEnvironment('airflow', join(EXAMPLES, 'airflow/requirements.txt'));
      expect(await airflow('db', 'migrate')).toMatchObject({ code: 0 });
    }, 30 * MINUTES);

    it('waits, runs and waits for the delivery', async () => {
      const asOf = instant(1);
      const { output } = await test(asOf, { job: 'lead_score', destinations: 'crm' });
      expect(output).toContain('state=success');
      expect(await runsOf(asOf)).toHaveLength(1);
    });

    it('fails with the reason', async () => {
      const { output } = await test(instant(1), { job: 'lead_scores', destinations: 'crm' });
      expect(output).toContain('There is no score model "lead_scores"');
      expect(output).toContain('state=failed');
    });
  });
});
