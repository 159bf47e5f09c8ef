import { settleAndCheck, useWorld } from '../world/use-world';

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe('hostile records', () => {
  const world = useWorld();

  it('quarantines truncated, over-long, wrong-magic, zero-length, tombstone and 1 MB bodies, each with its reason', async () => {
    const { producers, topics } = world();
    const replica = await world().start();
    for (const topic of topics) {
      await producers.sendBad(topic);
      await producers.sendMix(topic, 50);
      await producers.sendBad(topic);
    }
    await settleAndCheck(world(), { replay: 'none' });
    expect(replica.isRunning).toBe(true);
  });

  it('seals a 1 MB signal among small ones', async () => {
    const { producers } = world();
    const topic = world().topic('crm');
    const signals = producers.newSignals(topic, 5, () => 1_000);
    const large = signals.map((signal, index) =>
      index === 2 ? { ...signal, properties: { text: 'é'.repeat(510_000) } } : signal,
    );
    await producers.sendSignals(topic, large, 0, world().contractWriter(topic));
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('takes future-dated signals up to the slack, and closes no window early for them', async () => {
    const { producers, random } = world();
    const topic = world().topic('website');
    // Within the hour: they wait. An hour and more ahead: quarantined, see above.
    const ahead = producers.newSignals(topic, 30, () => -random.integer(10 * MINUTE, HOUR - MINUTE));
    await producers.sendSignals(topic, ahead);
    await producers.sendMix(topic, 30);
    await settleAndCheck(world());
    const row = await world().corner.clickhouse.queryOne<{ waiting: number }>(
      'select sum(waiting) as waiting from conservation',
    );
    expect(row).toEqual({ waiting: 30 });
  });
});
