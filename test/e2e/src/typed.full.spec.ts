import { runCommand, runJson } from './millrace/run-command';
import { startMillrace, WRITE_KEYS, type Millrace } from './millrace/start-millrace';

const DAY_MS = 86_400_000;
const instant = (daysAgo: number): string => new Date(Date.now() - daysAgo * DAY_MS).toISOString();
const date = (daysAgo: number): string => instant(daysAgo).slice(0, 10);

const crm = {
  name: 'crm',
  kind: 'webhook',
  settings: { url: 'http://127.0.0.1:9/crm', secret: 'a secret of the e2e tests', allow_private_addresses: true },
  objects: [{ object: 'lead', match: 'id', fields: { lead_score: { from: 'lead_score.score' } } }],
};

/** What is typed and is not valid: nothing happens, exit code 2, and what there is. Three days of signals, one run. */
describe('what is typed is checked before anything happens', () => {
  let millrace: Millrace;
  let runId: string;

  beforeAll(async () => {
    millrace = await startMillrace({ apps: ['collector', 'windowing'], destinations: [crm] });
    const batch = [3, 2, 1].map((daysAgo) => ({
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
    const { run } = await runJson<{ run: { run_id: string } }>(
      ['run', 'lead_score', '--partial'],
      millrace.environment,
    );
    runId = run.run_id;
  });

  afterAll(() => millrace?.stop(), 60_000);

  const millraceOf = (line: string) =>
    runCommand(
      line.split(' ').filter((word) => word !== ''),
      millrace.environment,
    );

  it.each([
    // Moments.
    [`run lead_score --as-of ${date(1)}T02:00`, 'says no zone: write'],
    ['run lead_score --as-of tomorrow', 'is not a date or a time'],
    [`run lead_score --as-of ${instant(-2)}`, 'is in the future'],
    [`run lead_score --as-of ${date(-2)}`, 'is in the future'],
    [`run lead_score --as-of ${date(30)}`, 'there is no sealed signal before'],
    ['run lead_score --as-of 2026-02-30', 'is not a date that exists'],
    ['score rerun', 'rerun needs --as-of'],
    [`score rerun --as-of ${date(2)}`, 'no run of lead_score is as of'],
    [`run lead_score --as-of ${date(1)}T24:00:00Z`, 'does not exist'],
    ['windows list --from 5', 'is not a date or a time'],
    [`windows list --from ${date(1)} --to ${date(3)}`, 'is empty'],
    [`windows days --from ${date(-9)}`, 'is in the future'],
    ['windows days --zone Europe/Berln', 'There is: Europe/Berlin'],
    ['windows show 2026-01-01T00:00:00Z', 'The nearest that do: '],
    ['replay --from first', 'is not a date'],
    [`replay --from 1 --to ${date(1)}`, 'give two steps, or two days'],
    ['replay --from 1 --publish', 'replaces whole days'],
    // Numbers.
    ['run lead_score --wait --timeout soon', "'--timeout <seconds>' argument 'soon' is invalid. Give a whole number"],
    ['run lead_score --wait --timeout -5', 'Give a whole number of seconds, 0 to 604800'],
    ['windows seal --timeout 1.5', 'Give a whole number of seconds, 0 to 86400'],
    ['windows list --limit 0', 'Give a whole number, 1 to 10000'],
    ['deliveries list --limit -1', 'Give a whole number, 1 to 10000'],
    ['plan --samples many', 'Give a whole number, 0 to 100'],
    ['conservation --step 99', 'There are steps 1 to '],
    ['conservation --step 0', 'Give a whole number'],
    ['replay --from 7 --to 99', 'There are steps 1 to '],
    ['receive --port 70000', 'Give a whole number, 0 to 65535'],
    ['set-aside list --limit 0', 'Give a whole number, 1 to 99999'],
    ['installation change --grace soon --note x', 'Give a whole number of seconds, 0 to 604800'],
    // Names.
    ['installation change --time-zone Europe/Berln --note x', 'There is: Europe/Berlin'],
    ['installation change --note x', 'give --time-zone or --grace'],
    ['set-aside list --table deliverys', 'There is: deliveries'],
    ['run lead_scores', 'There is: lead_score'],
    ['run person_days', 'is a rollup'],
    ['explain u1 --model led_score', 'There is: lead_score'],
    ['explain u1 --run nothing', 'There is: lead_score-'],
    ['explain amn@acme.test', 'The nearest that are: ann@acme.test'],
    ['score show nobody', 'The nearest that are: ann@acme.test'],
    ['plan --destination crn', 'There is: crm'],
    ['plan --run nothing', 'There is: lead_score-'],
    ['deliveries list --destination warehouse', 'There is: crm'],
    ['deliveries list --outcome accepte', 'Allowed choices are'],
    ['deliveries retry --destination CRM', 'There is: crm'],
    ['quarantine list --reason too_odl', 'There is: too_old'],
    ['quarantine list --topic website', 'signals.website.v1'],
    ['quarantine retry --topic signals.websit.v1', 'signals.website.v1'],
    ['quarantine retry signals.website.v1', 'does not name a record'],
    ['quarantine show signals.website.v1/0/99', 'is not quarantined'],
    ['keys create --source webiste', 'There is: website'],
    ['windows lst', 'Did you mean list?'],
    ['lst', 'unknown command'],
  ])(
    'millrace %s exits with 2: %s',
    async (line, why) => {
      const { code, stdout, stderr } = await millraceOf(line);
      expect(`${stdout}\n${stderr}`).toContain(why);
      expect([line, code]).toEqual([line, 2]);
    },
    60_000,
  );

  it.each([['explain ANN@Acme.Test'], ['score show Ann@ACME.test'], ['explain u1'], ['conservation --step 1']])(
    'millrace %s exits with 0',
    async (line) => expect(await millraceOf(line)).toMatchObject({ code: 0 }),
    60_000,
  );

  it('a day is the tick of that day, and a run that is not current says which is', async () => {
    const { code, stdout } = await millraceOf(`run lead_score --as-of ${date(1)} --partial`);
    expect(code).toBe(0);
    const { run } = await runJson<{ run: { as_of: number; as_of_date: string } }>(
      ['run', 'lead_score', '--as-of', date(1), '--partial'],
      millrace.environment,
    );
    expect(run.as_of_date).toBe(date(1));
    expect(new Date(run.as_of).toLocaleTimeString('en-GB', { timeZone: 'America/New_York' })).toBe('02:00:00');
    expect(stdout).toContain(`NOT current: ${runId}`);
  });

  it('with --json, a usage error is an object too', async () => {
    const { stdout, code } = await millraceOf('windows list --limit x --json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE_INVALID' } });
  });
});
