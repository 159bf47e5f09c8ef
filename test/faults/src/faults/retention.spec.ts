import { waitFor } from '@millrace/platform-testing';

import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';
import type { World } from '../world/world';

/** Takes away everything below `offset`, as retention does. */
async function expire(world: World, topic: string, partition: number, offset: number): Promise<void> {
  await world.admin(async (admin) => {
    // kafkajs has to have heard of the topic.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  });
}

async function endOf(world: World, topic: string, partition: number): Promise<number> {
  const ends = await world.admin((admin) => admin.fetchTopicOffsets(topic));
  return Number(ends.find((at) => at.partition === partition)?.high ?? 0);
}

describe('retention', () => {
  // crm has a partition that nobody ever writes to.
  const world = useWorld({ sources: { website: 3, crm: 2 } });

  it('of a partition that expired whole before anyone read it: recorded, and nobody waits for it', async () => {
    const { producers, losses } = world();
    const topic = world().topic('website');
    await producers.sendSignals(topic, producers.newSignals(topic, 30), 0);
    await producers.sendSignals(topic, producers.newSignals(topic, 30), 1);
    await producers.sendSignals(world().topic('crm'), producers.newSignals(topic, 10), 0);
    await expire(world(), topic, 1, 30);
    losses.push({ topic, partition: 1, from: 0, to: 30 });
    await world().start();
    await settleAndCheck(world(), { replay: 'raw' });
  });

  it('of what is sealed: nothing changes, and an expired partition stays where it is', async () => {
    const topic = world().topic('website');
    await world().snapshot();
    await expire(world(), topic, 0, await endOf(world(), topic, 0));
    await world().stopReplicas();
    await world().start();
    await world().producers.sendSignals(topic, world().producers.newSignals(topic, 20), 2);
    await settleAndCheck(world(), { replay: 'raw' });
  });

  it('that passes the position while the service is down: the loss is recorded with its range, and loud', async () => {
    const { producers, losses } = world();
    const topic = world().topic('website');
    await world().stopReplicas();
    const from = await endOf(world(), topic, 2);
    await producers.sendSignals(topic, producers.newSignals(topic, 40), 2);
    await expire(world(), topic, 2, from + 25);
    losses.push({ topic, partition: 2, from, to: from + 25 });
    const replica = await world().start();
    await settle(world());
    const lost = await waitFor('the loss to be recorded', () =>
      world().corner.clickhouse.query<{ first_offset: number; last_offset: number }>(
        "select distinct first_offset, last_offset from signals_skipped where reason = 'lost'",
      ),
    );
    expect(lost).toEqual([{ first_offset: from, last_offset: from + 24 }]);
    expect(replica.logs()).toContain('records were lost');
    const metrics = await (await fetch(`${replica.url}/metrics`)).text();
    expect(metrics).toMatch(/skipped_offsets\w*\{[^}]*reason="lost"[^}]*\} 25/);
    await settleAndCheck(world(), { replay: 'raw' });
  });
});
