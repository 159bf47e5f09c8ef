import { loadSql } from '@millrace/platform-clickhouse';
import { waitFor } from '@millrace/platform-testing';

import { sealByCommand } from '../world/settle';
import { runWindowing } from '../world/run-windowing';
import { isThorough, settleAndCheck, useWorld } from '../world/use-world';
import { LANDS_ONLY, SEALS_NOTHING } from '../world/world';

/** As in apps/windowing/src/app.config.ts. */
const IN_A_STEP = [
  'before-completeness',
  'before-attempt',
  'after-attempt',
  'after-seals',
  'before-decide',
  'after-decide',
  'after-mirror',
];
/** Reached by the clean-up of losing attempts, which only the service does; the second a minute after the first. */
const IN_A_CLEAN_UP = isThorough ? ['after-closing', 'after-clean-up'] : ['after-closing'];

describe('kill -9 at the crash points of sealing', () => {
  const world = useWorld();
  const losingRows = async (): Promise<number> => {
    const row = await world().corner.clickhouse.queryOne<{ rows: number }>(loadSql(__dirname, 'sql/losing-rows.sql'));
    return row?.rows ?? 0;
  };

  it.each(IN_A_STEP)('at %s, in the process that seals', async (point) => {
    const { producers, topics, random, environment, replicas } = world();
    if (replicas.length === 0) await world().start(LANDS_ONLY);
    for (const topic of topics) await producers.sendMix(topic, random.integer(20, 60));
    const killed = await runWindowing(['windows', 'seal', '--wait'], { ...environment, CRASH_AT: point });
    expect({ signal: killed.signal, code: killed.code }).toEqual({ signal: 'SIGKILL', code: null });
    await world().snapshot();
  });

  it('goes on afterwards: everything is sealed once', async () => {
    await sealByCommand(world());
    await world().replicas[0]?.stop();
    await world().start();
    await settleAndCheck(world());
  });

  const chosen = (): readonly string[] => (isThorough ? IN_A_STEP : world().random.shuffle(IN_A_STEP).slice(0, 1));

  it('in the service, which lands at the same time', async () => {
    await world().stopReplicas();
    for (const point of chosen()) {
      for (const topic of world().topics) await world().producers.sendMix(topic, 40);
      const replica = await world().start({ CRASH_AT: point }, { waitsForReady: false });
      await waitFor(`the service to be killed at ${point}`, () => !replica.isRunning, { deadlineMs: 60_000 });
    }
    await world().start();
    await settleAndCheck(world(), { replay: 'none' });
  });

  it.each(IN_A_CLEAN_UP)('at %s, in the service that cleans up losing attempts', async (point) => {
    await world().stopReplicas();
    // Leaves an attempt that loses, whatever was cleaned up before.
    const lander = await world().start(SEALS_NOTHING);
    await world().producers.sendMix(world().topic('website'), 30);
    const { signal } = await runWindowing(['windows', 'seal', '--wait'], {
      ...world().environment,
      CRASH_AT: 'before-decide',
    });
    expect(signal).toBe('SIGKILL');
    await lander.stop();
    const settings = { CRASH_AT: point, SEAL_LONGEST_INSERT_SECONDS: '1' };
    const replica = await world().start(settings, { waitsForReady: false });
    await waitFor(`the service to be killed at ${point}`, () => !replica.isRunning, { deadlineMs: 180_000 });
    if (point === 'after-clean-up') expect(await losingRows()).toBe(0);
    await world().start({ SEAL_LONGEST_INSERT_SECONDS: '1' });
    await settleAndCheck(world());
  });
});
