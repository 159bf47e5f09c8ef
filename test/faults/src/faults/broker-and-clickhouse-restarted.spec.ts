import { startStack, type Stack } from '@millrace/local-stack';
import { waitFor } from '@millrace/platform-testing';

import { isThorough, settleAndCheck, useWorld } from '../world/use-world';

const ROUNDS = isThorough ? 2 : 1;

/** On a stack of its own: others must not notice. */
describe('parts of the stack killed or silent while it is busy', () => {
  let stack: Stack;
  const world = useWorld(async () => {
    stack = await startStack({ ports: 'free' });
    const { kafkaBrokers, schemaRegistryUrl, clickhouseUrl } = stack;
    return { addresses: { kafkaBrokers, schemaRegistryUrl, clickhouseUrl } };
  });
  afterAll(() => stack?.stop());

  const sendSome = async (): Promise<void> => {
    for (const topic of world().topics) await world().producers.sendMix(topic, 80);
  };

  it('ClickHouse killed in the middle of inserts', async () => {
    const replica = await world().start();
    for (let round = 0; round < ROUNDS; round++) {
      const sending = sendSome();
      await waitFor('rows to arrive', async () => {
        const row = await world().corner.clickhouse.queryOne<{ rows: number }>(
          'select count() as rows from signals_raw',
        );
        return (row?.rows ?? 0) > 0;
      });
      await stack.kill('clickhouse');
      await sending;
      await sendSome();
      await stack.restart('clickhouse');
      await sendSome();
    }
    await settleAndCheck(world(), { replay: 'none' });
    expect(replica.isRunning).toBe(true);
  });

  it('the broker killed and restarted while records are sent, landed and sealed', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const sending = sendSome();
      await stack.kill('kafka');
      await stack.restart('kafka');
      await sending;
      await sendSome();
    }
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('the registry silent: the schemas in use are known', async () => {
    await stack.pause('registry');
    await sendSome();
    await stack.resume('registry');
    await settleAndCheck(world());
  });
});
