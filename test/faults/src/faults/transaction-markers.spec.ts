import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';

describe('logs that end in markers and aborted records', () => {
  // Partition 0 gets records, 1 and 2 transactions, 3 stays empty.
  const world = useWorld({ sources: { website: 4 } });

  it('seals up to the end of logs that end in commit markers and aborted tails', async () => {
    const { producers } = world();
    const topic = world().topic('website');
    await producers.sendTransaction(topic, 20, 'commit', 1);
    await producers.sendTransaction(topic, 20, 'abort', 2);
    await world().start();
    await settle(world());
    await producers.sendSignals(topic, producers.newSignals(topic, 20), 0);
    await producers.sendTransaction(topic, 10, 'abort', 0);
    await producers.sendTransaction(topic, 10, 'commit', 2);
    await producers.sendTransaction(topic, 10, 'abort', 1);
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('and of logs of nothing else', async () => {
    const topic = await world().createTopic('crm', 2);
    const { producers } = world();
    for (let round = 0; round < 3; round++) await producers.sendTransaction(topic, 5, 'abort', round % 2);
    await producers.sendMix(world().topic('website'), 20);
    await settleAndCheck(world());
  });

  it('and around a transaction that stays open while windows close', async () => {
    const { producers } = world();
    const topic = world().topic('website');
    const commit = await producers.openTransaction(topic, 10, 'commit', 3);
    // Acknowledged, but behind the open transaction: late once it ends.
    await producers.sendSignals(topic, producers.newSignals(topic, 10), 3);
    await producers.sendSignals(topic, producers.newSignals(topic, 10), 0);
    await settle(world());
    await world().snapshot();
    await commit();
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('after a restart at such an end', async () => {
    await world().stopReplicas();
    const { producers } = world();
    await producers.sendTransaction(world().topic('website'), 10, 'abort', 0);
    await producers.sendTransaction(world().topic('crm'), 10, 'commit', 0);
    await world().start();
    await settleAndCheck(world(), { replay: 'none' });
  });
});
