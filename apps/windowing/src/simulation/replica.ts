import type { SealStep, TopicVector } from '@millrace/contract-window';

import { nextFoldAction } from '../sealing/fold/fold-steps';
import type { ChainHead, PartitionFact } from '../sealing/propose/facts';
import { wait, type Proposal, type Proposed } from '../sealing/propose/proposal';
import { dueInstants, proposeLate, proposeOnTime } from '../sealing/propose/propose-step';
import { isComplete, recordOf, runInsert, type RunningInsert } from './attempt';
import { FollowedChain } from './followed-chain';
import { offsetOf, TOPIC } from './select-rows';
import { LARGEST_SKEW_MS, LONGEST_INSERT_MS, PARTITIONS, SETTINGS, type Actor, type World } from './world';

const PARTITION_NUMBERS = Array.from({ length: PARTITIONS }, (_, partition) => partition);
const GIVES_UP_AFTER_MS = 80;

/** One replica of the sealer, from its start to wherever it is stopped. `spawn` runs what goes on without it. */
export function* replicate(world: World, spawn: (actor: Actor) => void): Actor {
  const chain = new FollowedChain(world);
  const skew = world.random.integer(-LARGEST_SKEW_MS, LARGEST_SKEW_MS);
  for (;;) {
    yield;
    chain.refresh();
    yield* mirror(world, chain);
    const proposed = propose(world, chain.head(), world.now + skew);
    if (proposed.kind === 'propose') yield* seal(world, chain, proposed.proposal, skew, spawn);
    yield* fold(world, chain);
  }
}

function* mirror({ store }: World, chain: FollowedChain): Actor {
  for (const step of chain.stepsAbove(store.steps.length)) {
    yield;
    store.mirror(step);
  }
}

function propose(world: World, head: ChainHead, now: number): Proposed {
  const { broker, store } = world;
  const settings = {
    ...SETTINGS,
    skewMs: world.has('allowsForSkew') ? SETTINGS.skewMs : 0,
    deadlineMs: world.has('leavesStuckBehind') ? SETTINGS.deadlineMs : Infinity,
  };
  const facts = (offset: (partition: number) => number | null): PartitionFact[] =>
    PARTITION_NUMBERS.map((partition) => ({ topic: TOPIC, topicEpoch: 0, partition, offset: offset(partition) }));
  const vector = (offsets: number[]): TopicVector[] => [{ topic: TOPIC, topic_epoch: 0, offsets }];
  const published = (partition: number): number[] => [
    0,
    ...store.published.filter((row) => row.partition === partition).map(({ position }) => position),
  ];
  const positions = vector(PARTITION_NUMBERS.map((partition) => Math.max(...published(partition))));

  const landed = world.has('waitsForPositions') ? positions : vector(PARTITION_NUMBERS.map(() => 1e9));
  const due = dueInstants(head, now, settings);
  for (const closedThrough of due) {
    const log = facts((partition) => broker.offsetAt(partition, closedThrough));
    const proposed = proposeOnTime(head, closedThrough, log, landed, now, settings);
    if (proposed.kind === 'propose') return proposed;
  }
  if (due.length > 0) return wait('landing is behind');
  const late = store.raw.filter(
    (row) =>
      row.offset >= offsetOf(head.vector, row.partition) &&
      row.offset < offsetOf(positions, row.partition) &&
      row.occurredAt < head.closedBefore,
  );
  const proposed = proposeLate(head, positions, { rows: late.length, oldest: 0, newest: 0 }, now, settings);
  if (proposed.kind === 'wait' || world.has('vectorNeverShrinks')) return proposed;
  const newest = vector(PARTITION_NUMBERS.map((partition) => published(partition).at(-1) ?? 0));
  return { ...proposed, proposal: { ...proposed.proposal, vector: newest } };
}

function* seal(
  world: World,
  chain: FollowedChain,
  proposal: Proposal,
  skew: number,
  spawn: (actor: Actor) => void,
): Actor {
  const previous = chain.head();
  yield;
  if (world.has('provesCompleteness') && !isComplete(world, previous, proposal)) return;
  yield;
  const insert: RunningInsert = { attemptId: world.nextId('attempt-'), rows: [], state: 'running' };
  const running = runInsert(world, chain, previous, proposal, insert);
  spawn(running);
  const startedAt = world.now;
  while (insert.state === 'running' && world.has('decidesAfterRows')) {
    // The reply may be lost: the client gives up, the server goes on.
    if (world.now > startedAt + 2 * LONGEST_INSERT_MS) return;
    yield;
  }
  if (insert.state === 'failed') return;
  spawn(append(world, recordOf(world, previous, proposal, insert, world.now + skew)));
  const proposedAt = world.now;
  while (chain.head().step < proposal.step) {
    if (world.now > proposedAt + GIVES_UP_AFTER_MS) return;
    yield;
    chain.refresh();
  }
  yield* mirror(world, chain);
}

/** A request on its way to the broker; some are slow, and arrive after whoever sent them has given up or died. */
function* append(world: World, step: SealStep): Actor {
  const until = world.now + (world.random.chance(0.15) ? world.random.integer(20, 300) : 0);
  while (world.now < until) yield;
  world.broker.decisions.push(step);
}

function* fold(world: World, chain: FollowedChain): Actor {
  const { store } = world;
  if (!world.has('deletesLosersOnly')) {
    // By age: rows of a step that is not decided, with no insert going on that this replica knows of.
    yield;
    store.rows = store.rows.filter((row) => row.step <= chain.head().step);
  }
  const longest = world.has('waitsForInserts') ? LONGEST_INSERT_MS : 0;
  const known = world.has('cleansKnownSteps') ? Math.min(chain.head().step, store.steps.length) : Infinity;
  const notes = store.notes(world.now);
  const action = nextFoldAction(
    notes,
    notes.closing_through > notes.folded_through ? known : store.steps.length,
    longest,
  );
  if (action.kind === 'none') return;
  yield;
  if (action.kind === 'close') {
    if (store.closingThrough >= action.through) return;
    store.closingThrough = action.through;
    store.closingAt = world.now;
    return;
  }
  store.rows = store.rows.filter(
    (row) => row.step > action.through || row.step <= store.foldedThrough || chain.winnerOf(row.step) === row.attemptId,
  );
  yield;
  store.foldedThrough = Math.max(store.foldedThrough, action.through);
}
