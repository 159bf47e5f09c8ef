import { basename } from 'node:path';

import { testSeed } from '@millrace/platform-testing';

import { checkInvariants, type CheckOptions } from '../invariants/check-invariants';
import { settle, type SettleOptions } from './settle';
import { World, type WorldOptions } from './world';

/** TEST_TIER=full widens the loops: every crash point, longer storms, faults that need minutes. */
export const isThorough = process.env['TEST_TIER'] === 'full';

/** At the top of a fault's spec: a world before its tests, gone after them. */
export function useWorld(options: WorldOptions | (() => Promise<WorldOptions>) = {}): () => World {
  let world: World | undefined;
  jest.setTimeout(isThorough ? 900_000 : 240_000);
  beforeAll(async () => {
    const seed = testSeed(basename(expect.getState().testPath ?? ''));
    world = await World.open({ seed, ...(typeof options === 'function' ? await options() : options) });
  });
  afterAll(() => world?.close());
  return () => {
    if (world === undefined) throw new Error('the world is not open yet');
    return world;
  };
}

/** How every fault ends: everything is sealed without help, and every invariant holds. */
export async function settleAndCheck(world: World, options: SettleOptions & CheckOptions = {}): Promise<void> {
  await settle(world, options);
  await checkInvariants(world, options);
}
