import { loadSql } from '@millrace/platform-clickhouse';
import { tcpProxy, waitFor, type TcpProxy } from '@millrace/platform-testing';

import { gate, type Gate } from '../world/gate';
import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';
import { LANDS_ONLY, SEALS_NOTHING, type World } from '../world/world';

/** Long enough to look in between. */
const SLOW_MS = 700;

/** Another member has taken the partitions over: the stopped process's session has ended. */
const hasTakenOver = (world: World, members: number): Promise<boolean> =>
  world.admin(async (admin) => {
    const { groups } = await admin.describeGroups([`${world.corner.topicPrefix}windowing`]);
    return groups[0]?.members.length === members && groups[0].state === 'Stable';
  });

const countLosingRows = async (world: World): Promise<number> => {
  const row = await world.corner.clickhouse.queryOne<{ rows: number }>(loadSql(__dirname, 'sql/undecided-rows.sql'));
  return row?.rows ?? 0;
};

describe('SIGSTOP past the session, then SIGCONT', () => {
  const world = useWorld();
  let slow: TcpProxy;
  // Its rows are stored, its counts are not yet: the attempt is made, the proposal not sent.
  let beforeProposal: Gate;

  beforeAll(async () => {
    slow = await tcpProxy(world().corner.environment['CLICKHOUSE_URL'] ?? '');
    beforeProposal = await gate(world().corner.environment['CLICKHOUSE_URL'] ?? '', /^insert into \S*window_seals/i);
  });
  afterAll(async () => {
    await slow?.close();
    await beforeProposal?.close();
  });

  it('of a lander in the middle of an insert: what it still does changes nothing', async () => {
    const { producers, topics, replicas } = world();
    const stopped = await world().start({ CLICKHOUSE_URL: slow.url, ...LANDS_ONLY });
    await world().start();
    for (const topic of topics) await producers.sendMix(topic, 60);
    await settle(world());
    slow.delay(SLOW_MS);
    for (const topic of topics) await producers.sendMix(topic, 60);
    await waitFor('an insert of the lander to be under way', () => slow.openConnections > 0);
    stopped.pause();
    await waitFor('its session to end', () => hasTakenOver(world(), 1), { deadlineMs: 60_000 });
    for (const topic of topics) await producers.sendMix(topic, 60);
    await settle(world());
    await world().snapshot();
    stopped.resume();
    slow.restore();
    await waitFor('it to join again', () => hasTakenOver(world(), 2), { deadlineMs: 60_000 });
    for (const topic of topics) await producers.sendMix(topic, 30);
    await settleAndCheck(world(), { replay: 'none' });
    await Promise.all(replicas.map((replica) => replica.stop()));
  });

  it('of a sealer between its attempt and its proposal: the other one wins, its record loses', async () => {
    const { producers, topics } = world();
    const lander = await world().start(SEALS_NOTHING);
    for (const topic of topics) await producers.sendMix(topic, 60);
    beforeProposal.shut();
    const stopped = await world().start({ CLICKHOUSE_URL: beforeProposal.url }, { waitsForReady: false });
    await waitFor('an attempt that is not proposed', () => beforeProposal.waiting > 0, { deadlineMs: 90_000 });
    expect(await countLosingRows(world())).toBeGreaterThan(0);
    stopped.pause();
    await lander.stop();
    const other = await world().start();
    await settle(world());
    await world().snapshot();
    beforeProposal.open();
    stopped.resume();
    await waitFor('both to be members', () => hasTakenOver(world(), 2), { deadlineMs: 60_000 });
    await other.stop();
    // Now it has to work alone, on a chain that others continued.
    for (const topic of topics) await producers.sendMix(topic, 30);
    await settleAndCheck(world());
  });
});
