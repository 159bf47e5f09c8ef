import { tcpProxy, waitFor, type TcpProxy } from '@millrace/platform-testing';

import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';
import type { World } from '../world/world';

const countRaw = async (world: World): Promise<number> => {
  const row = await world.corner.clickhouse.queryOne<{ rows: number }>('select count() as rows from signals_raw');
  return row?.rows ?? 0;
};

describe('ClickHouse behind a wire that fails', () => {
  const world = useWorld({ settings: { LANDING_INSERT_TIMEOUT_SECONDS: '2' } });
  let wire: TcpProxy;

  beforeAll(async () => {
    wire = await tcpProxy(world().corner.environment['CLICKHOUSE_URL'] ?? '');
  });
  afterAll(() => wire?.close());

  it('the reply of an insert is lost after it was done: landed twice, sealed once', async () => {
    const { producers, topics } = world();
    await world().start({ CLICKHOUSE_URL: wire.url });
    for (const topic of topics) await producers.sendMix(topic, 40);
    await settle(world());
    const before = await countRaw(world());
    wire.dropReplies();
    for (const topic of topics) await producers.sendMix(topic, 40, { withBadRecords: false, duplicates: 0 });
    await waitFor('rows whose insert was never answered, twice', () => countRaw(world()), {
      until: (rows) => rows > before + 80,
    });
    wire.restore();
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('and the process is killed before it hears of it', async () => {
    const { producers, topics } = world();
    const before = await countRaw(world());
    wire.dropReplies();
    for (const topic of topics) await producers.sendMix(topic, 40);
    await waitFor('rows whose insert was never answered', async () => (await countRaw(world())) > before);
    await world().replicas.at(-1)?.kill();
    wire.restore();
    await world().start({ CLICKHOUSE_URL: wire.url });
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('cut and delayed at random, while it lands and seals', async () => {
    const { producers, topics, random } = world();
    for (let round = 0; round < 8; round++) {
      await producers.sendMix(random.pick(topics), 30);
      random.pick([() => wire.cut(), () => wire.delay(random.integer(5, 200)), () => wire.dropReplies()])();
      await producers.sendMix(random.pick(topics), 30);
      const looks = world().reader.count;
      await waitFor('a reader to look a few times', () => world().reader.count > looks + 3);
      wire.restore();
    }
    await settleAndCheck(world());
  });
});
