import { waitFor } from '@millrace/platform-testing';

import { refusingProxy, REFUSALS, type Refusal, type RefusingProxy } from '../world/refusing-proxy';
import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';

describe('a ClickHouse that takes no writes', () => {
  const world = useWorld();
  let server: RefusingProxy;

  beforeAll(async () => {
    server = await refusingProxy(world().corner.environment['CLICKHOUSE_URL'] ?? '');
    await world().start({ CLICKHOUSE_URL: server.url });
  });
  afterAll(() => server?.close());

  it.each(Object.keys(REFUSALS) as Refusal[])('%s: waits, then goes on', async (refusal) => {
    const { producers, topics, replicas } = world();
    const before = server.refused;
    server.refuse(refusal);
    for (const topic of topics) await producers.sendMix(topic, 30);
    await waitFor('a few inserts to be refused', () => server.refused - before, { until: (times) => times >= 3 });
    server.refuse(null);
    await settle(world());
    expect(replicas.every(({ isRunning }) => isRunning)).toBe(true);
  });

  it('has lost and repeated nothing', () => settleAndCheck(world()));
});
