import type { SealStep } from '@millrace/contract-window';
import { waitFor } from '@millrace/platform-testing';

import { newestStep } from '../world/newest-step';
import { createReplicaClock, type ReplicaClock } from '../world/replica-clock';
import { settle } from '../world/settle';
import { isThorough, settleAndCheck, useWorld } from '../world/use-world';
import type { World } from '../world/world';

const HOUR = 3_600_000;
const ROUNDS = isThorough ? 6 : 3;

const sendEverywhere = async ({ producers, topics, random }: World): Promise<void> => {
  for (const topic of topics) await producers.sendMix(topic, random.integer(20, 60));
};

const membersOf = (world: World): Promise<number | undefined> =>
  world.admin(async (admin) => {
    const { groups } = await admin.describeGroups([`${world.corner.topicPrefix}windowing`]);
    return groups[0]?.members.length;
  });

/** Sends rows of windows that are closed; resolves once a step has taken them. */
async function sealLate(world: World): Promise<SealStep> {
  const { producers } = world;
  const before = (await newestStep(world))?.step ?? 0;
  const topic = world.topic('website');
  await producers.sendSignals(
    topic,
    producers.newSignals(topic, 20, () => HOUR),
  );
  const step = await waitFor('the late rows to be sealed', () => newestStep(world), {
    deadlineMs: 60_000,
    until: (newest) => (newest?.step ?? 0) > before,
  });
  return step as SealStep;
}

describe('the clock of the sealing replica jumps', () => {
  const clocks: ReplicaClock[] = [];
  const newClock = (): ReplicaClock => {
    const clock = createReplicaClock();
    clocks.push(clock);
    return clock;
  };
  afterAll(() => clocks.forEach((clock) => clock.remove()));

  describe('forward, past the ends of windows', () => {
    const world = useWorld();

    it('closes them too early: what comes after is late, and sealed without waiting for the hour to pass', async () => {
      const clock = newClock();
      await world().start(clock.settings);
      await sendEverywhere(world());
      await settle(world());
      clock.jumpTo(HOUR);
      await sendEverywhere(world());
      await waitFor('windows to be closed that have not begun', () => newestStep(world()), {
        until: (step) => (step?.closed_through ?? 0) > Date.now() + HOUR / 2,
      });
      await world().snapshot();
      await sendEverywhere(world());
      await settle(world());
      clock.jumpTo(0);
      await sendEverywhere(world());
      await settleAndCheck(world());
      expect(await newestStep(world())).toMatchObject({ reason: 'late' });
    });
  });

  describe('backward', () => {
    const world = useWorld();

    it('closes nothing until it is right again, lands and takes late rows meanwhile, and opens nothing again', async () => {
      const clock = newClock();
      await world().start(clock.settings);
      await sendEverywhere(world());
      await settle(world());
      clock.jumpTo(-HOUR);
      const before = await newestStep(world());
      await sealLate(world());
      // Also once the group has forgotten it, whose heartbeats kafkajs sends by that clock.
      await waitFor('its session to end', () => membersOf(world()), { until: (members) => members === 0 });
      expect((await sealLate(world())).closed_through).toBe(before?.closed_through);
      await world().snapshot();
      await sendEverywhere(world());
      clock.jumpTo(0);
      await settleAndCheck(world());
    });
  });

  describe('to and fro, in two replicas that do not agree', () => {
    const world = useWorld();

    it('changes when windows close, never what is in them', async () => {
      const { random } = world();
      const both = [newClock(), newClock()];
      for (const clock of both) await world().start(clock.settings);
      for (let round = 0; round < ROUNDS; round++) {
        random.pick(both).jumpTo(random.integer(-HOUR, HOUR / 60));
        const looks = world().reader.count;
        await sendEverywhere(world());
        await waitFor('a reader to look a few times', () => world().reader.count > looks + 3);
        await world().snapshot();
      }
      for (const clock of both) clock.jumpTo(0);
      await sendEverywhere(world());
      await settleAndCheck(world(), { deadlineMs: 150_000 });
    });
  });
});
