import { waitFor } from '@millrace/platform-testing';

import { isThorough, settleAndCheck, useWorld } from '../world/use-world';

const GUESTS = isThorough ? 6 : 3;

describe('two replicas in a rebalance storm', () => {
  const world = useWorld({ sources: { website: 4, crm: 2, product: 2 } });

  it('loses and repeats nothing while members come and go', async () => {
    const { producers, topics, random, corner } = world();
    await Promise.all([world().start(), world().start()]);
    for (let guest = 0; guest < GUESTS; guest++) {
      // A member that reads and never commits: partitions go to it and come back.
      const consumer = corner.kafka.consumer({ groupId: `${corner.topicPrefix}windowing`, sessionTimeout: 6_000 });
      const joined = new Promise<void>((resolve) => consumer.on('consumer.group_join', () => resolve()));
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
      await producers.sendMix(random.pick(topics), random.integer(20, 80));
      await joined;
      await producers.sendMix(random.pick(topics), random.integer(20, 80));
      await consumer.disconnect();
      await producers.sendMix(random.pick(topics), random.integer(20, 80));
      await world().snapshot();
    }
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('and when one of them is killed', async () => {
    const { producers, topics, replicas, random } = world();
    const victim = random.pick(replicas);
    for (const topic of topics) await producers.sendMix(topic, 40);
    await victim.kill();
    for (const topic of topics) await producers.sendMix(topic, 40);
    await waitFor('the other one to go on', () => replicas.some(({ isRunning }) => isRunning));
    await settleAndCheck(world());
  });
});
