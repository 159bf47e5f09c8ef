import { tcpProxy, waitFor, type TcpProxy } from '@millrace/platform-testing';

import { settleAndCheck, useWorld } from '../world/use-world';

describe('SIGTERM in the middle of a flush', () => {
  const world = useWorld();
  let slow: TcpProxy;

  beforeAll(async () => {
    slow = await tcpProxy(world().corner.environment['CLICKHOUSE_URL'] ?? '');
  });
  afterAll(() => slow?.close());

  it('finishes what is under way, ends in order, and the next one goes on behind it', async () => {
    const { producers, topics } = world();
    const replica = await world().start({ CLICKHOUSE_URL: slow.url });
    slow.delay(300);
    for (const topic of topics) await producers.sendMix(topic, 100);
    await waitFor('landing to begin', async () => {
      const rows = await world().corner.clickhouse.queryOne<{ rows: number }>(
        'select count() as rows from signals_raw',
      );
      return (rows?.rows ?? 0) > 0;
    });
    for (const topic of topics) await producers.sendMix(topic, 100);
    expect(await replica.stop(30_000)).toBe(0);
    slow.restore();
    for (const topic of topics) await producers.sendMix(topic, 30);
    await world().start();
    await settleAndCheck(world());
  });
});
