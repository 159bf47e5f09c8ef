import { settleAndCheck, useWorld } from '../world/use-world';

describe('partitions and topics added while running', () => {
  const world = useWorld({ sources: { website: 1 } });

  it('reads new partitions from their first record', async () => {
    const { producers } = world();
    const topic = world().topic('website');
    await world().start();
    await producers.sendMix(topic, 60);
    await world().addPartitions(topic, 4);
    // Records arrive before the replica knows of the partitions.
    await producers.sendMix(topic, 120);
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('reads a new topic from its first record', async () => {
    const topic = await world().createTopic('partner_intent', 2);
    await world().producers.sendMix(topic, 80);
    await world().producers.sendMix(world().topic('website'), 40);
    await settleAndCheck(world());
  });
});
