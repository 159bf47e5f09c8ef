import { openStack, spawnService, waitFor, type SpawnedService, type Stack } from '@millrace/platform-testing';

import { runCommand, runJson, type CommandResult } from './millrace/run-command';

const DIFFERS = 'TIME_ZONE is Europe/Berlin here and America/New_York in this installation';

/** What every process must have alike is recorded by the first deploy; whoever differs is refused with both values. */
describe('an installation', () => {
  let stack: Stack;
  const services: SpawnedService[] = [];
  const inZone = (zone: string): Record<string, string> => ({ ...stack.environment, TIME_ZONE: zone });
  const run = (words: string, zone: string): Promise<CommandResult> => runCommand(words.split(' '), inZone(zone));
  const readiness = async (service: SpawnedService): Promise<string> =>
    (await fetch(`${service.url}/health/ready`)).text();

  beforeAll(async () => {
    stack = await openStack();
    expect(await run('deploy', 'America/New_York')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.kill()));
    await stack?.cleanup();
  });

  it('is recorded by the first deploy and by no later one', async () => {
    expect(await run('deploy', 'America/New_York')).toMatchObject({ code: 0 });
    expect(await runJson(['installation', 'show'], inZone('Europe/Berlin'))).toMatchObject({
      revision: 1,
      variables: { TIME_ZONE: 'America/New_York', WINDOW_SIZE_SECONDS: 3_600, WINDOW_GRACE_SECONDS: 600 },
    });
  });

  it.each(['deploy', 'windows list', 'run lead_score --partial', 'replay --verify', 'doctor'])(
    'millrace %s of another zone is refused with both values and the way out',
    async (words) => {
      const { code, stdout, stderr } = await run(words, 'Europe/Berlin');
      expect(code).toBe(1);
      expect(stdout + stderr).toContain(DIFFERS);
      expect(stdout + stderr).toContain('npx millrace installation change --help');
    },
  );

  it.each(['windowing', 'scoring', 'sync'])('%s of another zone lives, does nothing and says why', async (app) => {
    const service = await spawnService(app, inZone('Europe/Berlin'), { waitsForReady: false });
    services.push(service);
    await waitFor('the reason to be said', async () => (await readiness(service)).includes(DIFFERS));
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });

  it('is changed on purpose, and then the old values are the ones refused', async () => {
    expect(await run('installation change --time-zone Mars/Olympus --note no', 'Europe/Berlin')).toMatchObject({
      code: 2,
    });
    const changed = await run('installation change --time-zone Europe/Berlin --note moved', 'America/New_York');
    expect(changed).toMatchObject({ code: 0 });
    expect(await run('windows list', 'Europe/Berlin')).toMatchObject({ code: 0 });
    const refused = await run('windows list', 'America/New_York');
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain(
      'TIME_ZONE is America/New_York here and Europe/Berlin in this installation',
    );
  });
});
