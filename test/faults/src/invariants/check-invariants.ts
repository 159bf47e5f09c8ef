import type { World } from '../world/world';
import { gatherEvidence, type Evidence, type Logs } from './evidence';
import { checkNoLoss } from './i1-no-loss';
import { checkUnique } from './i2-unique';
import { checkContent } from './i3-content';
import { checkOffsets } from './i4-offsets';
import { checkOrder } from './i5-order';
import { checkReplay } from './i6-replay';
import { checkWholeSteps } from './i7-whole-steps';
import { checkNothingChanged } from './i8-nothing-changes';
import { checkConservation } from './i9-conservation';
import { shorten, type Invariant, type Violation } from './violation';

export interface CheckOptions {
  /** Where I6 replays from; `none` leaves it out. Default kafka: from offset 0 into an empty database. */
  readonly replay?: 'kafka' | 'raw' | 'none';
  /** Read before, when only tables can have changed since. */
  readonly logs?: Logs;
}

/** All violations of I1 to I9 in a world that has settled. */
export async function findViolations(
  world: World,
  { replay = 'kafka', logs }: CheckOptions = {},
): Promise<Violation[]> {
  const evidence = await gatherEvidence(world, logs);
  const checks: readonly (readonly [Invariant, (evidence: Evidence) => Promise<string[]> | string[]])[] = [
    ['I1', checkNoLoss],
    ['I2', checkUnique],
    ['I3', checkContent],
    ['I4', checkOffsets],
    ['I5', checkOrder],
    ['I6', (found) => (replay === 'none' ? [] : checkReplay(found, replay))],
    ['I7', (found) => checkWholeSteps(found, world.reader)],
    ['I8', (found) => checkNothingChanged(found, world.snapshots)],
    ['I9', checkConservation],
  ];
  const violations: Violation[] = [];
  for (const [invariant, check] of checks) {
    for (const what of shorten(await check(evidence))) violations.push({ invariant, what });
  }
  return violations;
}

/** Rejects with every violation by name. */
export async function checkInvariants(world: World, options: CheckOptions = {}): Promise<void> {
  const violations = await findViolations(world, options);
  if (violations.length === 0) return;
  const lines = violations.map(({ invariant, what }) => `  ${invariant}: ${what}`);
  const logs = world.replicas.map(({ logFile }) => logFile).join(' ');
  throw new Error(`seed ${world.random.seed}, ${world.corner.database}, logs ${logs}\n${lines.join('\n')}`);
}
