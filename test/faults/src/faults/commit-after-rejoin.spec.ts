import { waitFor } from '@millrace/platform-testing';

import { openKafkaWire, type KafkaWire } from '../world/kafka-wire';
import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';
import type { World } from '../world/world';

const groupOf = ({ corner }: World): string => `${corner.topicPrefix}windowing`;

/** Committed offsets of every partition, as numbers. */
const committed = (world: World): Promise<Record<string, number>> =>
  world.admin(async (admin) => {
    const answers = await admin.fetchOffsets({ groupId: groupOf(world), topics: [...world.topics] });
    return Object.fromEntries(
      answers.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)]),
      ),
    );
  });

const membersOf = (world: World): Promise<number | undefined> =>
  world.admin(async (admin) => {
    const { groups } = await admin.describeGroups([groupOf(world)]);
    return groups[0]?.state === 'Stable' ? groups[0].members.length : undefined;
  });

/** Commits as a member of the current generation, as the retry of an older commit does after a rejoin. */
async function commitAsMember(world: World, offsetOf: (committed: number) => number): Promise<void> {
  const { corner, topics } = world;
  const consumer = corner.kafka.consumer({ groupId: groupOf(world), sessionTimeout: 6_000 });
  const joined = new Promise<void>((resolve) => consumer.on('consumer.group_join', () => resolve()));
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
  await joined;
  const offsets = Object.entries(await committed(world)).map(([where, offset]) => {
    const [topic, partition] = where.split('/') as [string, string];
    return { topic, partition: Number(partition), offset: String(offsetOf(offset)) };
  });
  await consumer.commitOffsets(offsets);
  await consumer.disconnect();
}

describe('a commit retried after a rejoin', () => {
  const world = useWorld({ sources: { website: 3, crm: 1 } });
  let wire: KafkaWire;

  beforeAll(async () => {
    wire = await openKafkaWire(world().corner.environment['KAFKA_BROKERS'] ?? '');
  });
  afterAll(() => wire?.close());

  const sendEverywhere = async (): Promise<void> => {
    const { producers, topics, random } = world();
    for (const topic of topics) await producers.sendMix(topic, random.integer(20, 60));
  };

  it('by the replica itself: its commits were not answered until another one had landed on', async () => {
    await world().start(wire.settings);
    await sendEverywhere();
    await settle(world());
    await world().start();
    await waitFor('both to be members', () => membersOf(world()), { deadlineMs: 60_000, until: (n) => n === 2 });
    wire.dropReplies();
    await sendEverywhere();
    await waitFor('its session to end', () => membersOf(world()), { deadlineMs: 60_000, until: (n) => n === 1 });
    await sendEverywhere();
    await settle(world());
    await world().snapshot();
    wire.restore();
    await sendEverywhere();
    await waitFor('both to be members', () => membersOf(world()), { deadlineMs: 60_000, until: (n) => n === 2 });
    await settleAndCheck(world(), { replay: 'none' });
  });

  it.each<[string, (committed: number, world: World) => number]>([
    ['takes the group back', (offset, { random }) => random.integer(0, Math.max(0, offset - 1))],
    ['takes the group ahead of what is landed', (offset) => offset + 25],
  ])('and %s: where to land from is the landed position', async (_what, offsetOf) => {
    const before = await committed(world());
    await commitAsMember(world(), (offset) => offsetOf(offset, world()));
    const after = await committed(world());
    expect(after).not.toEqual(before);
    await sendEverywhere();
    await Promise.all(world().replicas.map((replica) => (replica.isRunning ? replica.kill() : undefined)));
    await sendEverywhere();
    await Promise.all([world().start(), world().start()]);
    await settleAndCheck(world(), { replay: offsetOf.length === 1 ? 'kafka' : 'none' });
  });
});
