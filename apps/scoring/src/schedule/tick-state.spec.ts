import { tickDoneKey, tickKey, type ScoreDecision } from '@millrace/contract-score';
import type { Entry } from '@millrace/platform-kafka';

import { createDecisionIndex, type DecisionIndex } from './decision-index';
import { mayClaim } from './tick-state';

const LEASE = 60_000;

/** A log of claims (job, tick, epoch, replica, appended at) and other decisions, first record for a key winning. */
function logOf(...decisions: [key: string, value: Partial<ScoreDecision>, appendedAt: number][]): DecisionIndex {
  const winners = new Map<string, Entry<ScoreDecision>>();
  decisions.forEach(([key, value, appendedAt], index) => {
    if (!winners.has(key)) winners.set(key, { key, value: value as ScoreDecision, appendedAt, offset: BigInt(index) });
  });
  return createDecisionIndex({ entries: () => [...winners.values()], onEntry: () => () => undefined });
}
const claim = (tick: number, epoch: number, replica: string, at: number): [string, Partial<ScoreDecision>, number] => [
  tickKey('j', tick, epoch),
  { kind: 'tick', job: 'j', scheduled_at: tick, epoch, replica },
  at,
];
const done = (tick: number): [string, Partial<ScoreDecision>, number] => [
  tickDoneKey('j', tick),
  { kind: 'tick_done', job: 'j', scheduled_at: tick },
  0,
];
const run = (tick: number): [string, Partial<ScoreDecision>, number] => [
  `run:${tick}`,
  { kind: 'run', model: 'j', as_of: tick },
  0,
];

describe('a tick', () => {
  it.each([
    { name: 'nobody claimed', log: logOf(), replica: 'a', now: 1000, may: true },
    { name: 'held by itself', log: logOf(claim(5, 0, 'a', 0)), replica: 'a', now: 1000, may: true },
    { name: 'held by another within its lease', log: logOf(claim(5, 0, 'b', 0)), replica: 'a', now: LEASE, may: false },
    {
      name: 'held by another whose lease is over',
      log: logOf(claim(5, 0, 'b', 0)),
      replica: 'a',
      now: LEASE + 1,
      may: true,
    },
    {
      name: 'renewed by another',
      log: logOf(claim(5, 0, 'b', 0), claim(5, 1, 'b', LEASE)),
      replica: 'a',
      now: LEASE + 1,
      may: false,
    },
    { name: 'with a published run', log: logOf(claim(5, 0, 'a', 0), run(5)), replica: 'a', now: 1, may: false },
    { name: 'given up', log: logOf(claim(5, 0, 'a', 0), done(5)), replica: 'a', now: 1, may: false },
  ])('$name: may claim $may', ({ log, replica, now, may }) => {
    expect(mayClaim(log.tickState('j', 5), replica, now, LEASE)).toBe(may);
  });

  it('the first record of an epoch holds it, and the next epoch is the one to claim', () => {
    const state = logOf(claim(5, 0, 'a', 0), claim(5, 0, 'b', 1), claim(5, 1, 'c', 2)).tickState('j', 5);
    expect(state).toMatchObject({ holder: { replica: 'c', epoch: 1 }, nextEpoch: 2, isDone: false });
  });
});

it.each([
  { name: 'an earlier tick goes on', log: logOf(claim(5, 0, 'a', 0)), now: 10, held: true },
  { name: 'it is done', log: logOf(claim(5, 0, 'a', 0), run(5)), now: 10, held: false },
  { name: 'its holder is dead', log: logOf(claim(5, 0, 'a', 0)), now: LEASE + 1, held: false },
  { name: 'an earlier tick that was claimed after it came', log: logOf(claim(5, 0, 'a', 8)), now: 10, held: false },
  { name: 'only a later tick', log: logOf(claim(9, 0, 'a', 0)), now: 10, held: false },
])('before a tick: $name', ({ log, now, held }) => {
  expect(log.isOverlapped('j', 7, now, LEASE)).toBe(held);
});
