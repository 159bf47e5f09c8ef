import { checkEnd } from './check-end';
import type { Guard } from './guards';
import { land } from './lander';
import { Oracle } from './oracle';
import { produce, silencePartitions } from './producer';
import { read } from './reader';
import { replicate } from './replica';
import { offsetOf } from './select-rows';
import { PARTITIONS, SETTINGS, World, type Actor, type Violation } from './world';

export interface History {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly steps: number;
  readonly records: number;
  /** Proposals that lost. */
  readonly lost: number;
}

interface Scheduled {
  actor: Actor;
  /** Not scheduled before. */
  pausedUntil: number;
  /** Makes it anew after a crash; undefined: it runs to its end. */
  readonly restart?: () => Actor;
}

/** How often a step of an actor takes a millisecond. */
const TIME_PASSES = 0.35;
const BUSY_TICKS = 5_000;
const QUIET_TICKS = 6_000;
/** No step for so long although windows are due: somebody waits for ever. */
const LONGEST_STANDSTILL_MS = 900;

/** One history: everything interleaved by chance, with pauses and crashes; then quiet, until everything is sealed. */
export function runHistory(seed: number, without: Guard | null = null): History {
  const world = new World(seed, without);
  const oracle = new Oracle(world);
  const scheduled: Scheduled[] = [];
  const spawn = (actor: Actor): void => void scheduled.push({ actor, pausedUntil: 0 });
  const keep = (restart: () => Actor): void => void scheduled.push({ actor: restart(), pausedUntil: 0, restart });
  const { random } = world;
  keep(() => land(world));
  keep(() => land(world));
  for (let replica = random.integer(2, 3); replica > 0; replica--) keep(() => replicate(world, spawn));
  spawn(read(world, oracle));
  spawn(produce(world));
  if (!world.losesFlushes) spawn(silencePartitions(world));

  try {
    for (let tick = 0; tick < BUSY_TICKS; tick++) advance(world, scheduled, true);
    world.isQuiet = true;
    for (let tick = 0; tick < QUIET_TICKS && !isFinished(world, oracle); tick++) advance(world, scheduled, false);
    if (isFinished(world, oracle)) checkEnd(world, oracle);
    else world.violate('I0 everything is sealed in the end', `step ${oracle.steps().length}`);
  } catch (error) {
    world.violate('I5 T and V never shrink', error instanceof Error ? error.message : String(error));
  }
  return {
    seed,
    violations: world.violations,
    steps: oracle.steps().length,
    records: world.broker.partitions.reduce((sum, log) => sum + log.length, 0),
    lost: world.broker.decisions.length - oracle.steps().length,
  };

  function advance(at: World, actors: Scheduled[], isBusy: boolean): void {
    if (random.chance(TIME_PASSES)) at.now += 1;
    const ready = actors.filter(({ pausedUntil }) => pausedUntil <= at.now || !isBusy);
    const chosen = random.pick(ready.length > 0 ? ready : actors);
    if (isBusy && chosen.restart !== undefined) {
      if (random.chance(0.01)) chosen.pausedUntil = at.now + random.integer(10, 250);
      else if (random.chance(0.004)) chosen.actor = chosen.restart();
    }
    if (chosen.actor.next().done === true) actors.splice(actors.indexOf(chosen), 1);
    const closedThrough = oracle.steps().at(-1)?.head.closedThrough ?? at.now;
    if (isBusy && at.now - closedThrough > SETTINGS.window.sizeMs + LONGEST_STANDSTILL_MS) {
      at.violate('I9 a stuck partition stops nobody', `nothing closed since ${closedThrough}, now ${at.now}`);
    }
  }
}

function isFinished({ broker, store }: World, oracle: Oracle): boolean {
  const last = oracle.steps().at(-1);
  if (last === undefined || store.steps.length < last.step) return false;
  const newest = Math.max(...broker.partitions.flatMap((log) => log.map((record) => record.occurredAt)));
  const { vector } = broker.decisions.find((step) => step.attempt_id === last.attemptId) ?? { vector: [] };
  return (
    last.head.closedBefore > newest &&
    Array.from({ length: PARTITIONS }, (_, p) => offsetOf(vector, p) >= (broker.partitions[p]?.length ?? 0)).every(
      Boolean,
    )
  );
}
