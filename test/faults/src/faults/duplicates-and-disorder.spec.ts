import type { Signal } from '@millrace/contract-signal';

import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';

const SECOND = 1_000;

describe('duplicate and reordered delivery', () => {
  const world = useWorld({ sources: { website: 3 } });

  it('seals each signal once: copies in other partitions, in other steps, in reverse', async () => {
    const { producers, random } = world();
    const topic = world().topic('website');
    await world().start();
    const signals = producers.newSignals(topic, 60, () => random.integer(0, 20 * SECOND));
    // At once, in every partition, in different orders.
    await Promise.all([0, 1, 2].map((partition) => producers.sendSignals(topic, random.shuffle(signals), partition)));
    await settle(world());
    // Again, after their windows were closed: nothing new.
    await producers.sendSignals(topic, [...signals].reverse(), 1);
    // New ones and copies of the old in one step, the old ones first.
    const late = producers.newSignals(topic, 40, () => random.integer(60 * SECOND, 600 * SECOND));
    await producers.sendSignals(topic, random.shuffle([...late, ...signals, ...late]), 2);
    await settle(world());
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('takes the same id in another window, or another topic, for another signal', async () => {
    const { producers } = world();
    const topic = world().topic('website');
    const other = await world().createTopic('product', 1);
    const [signal] = producers.newSignals(topic, 1, () => 10 * SECOND) as [Signal];
    const earlier = { ...signal, occurred_at: signal.occurred_at - 3_600 * SECOND };
    await producers.sendSignals(topic, [signal, earlier, signal, earlier]);
    await producers.sendSignals(other, [signal, earlier, earlier]);
    await settleAndCheck(world());
  });
});
