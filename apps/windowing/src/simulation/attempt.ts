import type { SealStep } from '@millrace/contract-window';

import { missingRuns } from '../sealing/attempt/partition-count';
import { rangesBetween } from '../sealing/attempt/vector-ranges';
import type { ChainHead } from '../sealing/propose/facts';
import type { Proposal } from '../sealing/propose/proposal';
import type { FollowedChain } from './followed-chain';
import { storeRecords } from './lander';
import { digestOfRows, isLowerOffset, selectRows, type SelectedRow } from './select-rows';
import { LONGEST_INSERT_MS, SETTINGS, type Actor, type World } from './world';

/** An insert as the server runs it: it goes on whatever became of the client that sent it. */
export interface RunningInsert {
  readonly attemptId: string;
  rows: readonly SelectedRow[];
  state: 'running' | 'done' | 'failed';
}

/** Whether every offset of the step is somewhere; what is nowhere is read again, if the broker answers. */
export function isComplete(world: World, previous: ChainHead, proposal: Proposal): boolean {
  const { broker, store } = world;
  for (const { partition, from, to } of rangesBetween(previous.vector, proposal.vector)) {
    const at = (rows: readonly { partition: number; offset: number }[]) =>
      rows.filter((row) => row.partition === partition).map(({ offset }) => ({ first: offset, last: offset }));
    const present = [...at(store.raw), ...at(store.quarantined), ...at(store.skipped)];
    for (const { first, last } of missingRuns(from, to, present)) {
      if (broker.silent.has(partition)) return false;
      storeRecords(world, partition, broker.logOf(partition).slice(first, last + 1));
    }
  }
  return true;
}

/** The insert of an attempt: its guard is evaluated when it starts, its rows become stored in two parts. */
export function* runInsert(
  world: World,
  chain: FollowedChain,
  previous: ChainHead,
  proposal: Proposal,
  insert: RunningInsert,
): Actor {
  const { store } = world;
  const startedAt = world.now;
  const winners = new Map(chain.stepsAbove(0).map((step) => [step.step, step.attempt_id]));
  const isWinner = (row: { step: number; attemptId: string }): boolean => winners.get(row.step) === row.attemptId;
  const sealed = new Set(
    store.rows.filter((row) => row.step < proposal.step && isWinner(row)).map(({ window, id }) => `${window}\n${id}`),
  );
  const isRefused = world.has('refusesClosedSteps') && store.closingThrough >= proposal.step;
  const selected = isRefused
    ? []
    : selectRows(
        store.raw,
        previous,
        proposal,
        SETTINGS.window.sizeMs,
        (window, id) => world.has('dropsSealedIds') && sealed.has(`${window}\n${id}`),
        world.has('lowestOffsetWins') ? isLowerOffset : () => false,
      );
  const half = Math.ceil(selected.length / 2);
  for (const part of [selected.slice(0, half), selected.slice(half)]) {
    yield;
    if (world.now > startedAt + LONGEST_INSERT_MS) {
      insert.state = 'failed';
      return;
    }
    store.rows.push(...part.map((row) => ({ ...row, step: proposal.step, attemptId: insert.attemptId })));
  }
  insert.rows = selected;
  insert.state = 'done';
}

/** The record that is proposed for an attempt. */
export function recordOf(
  world: World,
  previous: ChainHead,
  proposal: Proposal,
  insert: RunningInsert,
  now: number,
): SealStep {
  const rows = insert.rows;
  const ranges = rangesBetween(previous.vector, proposal.vector);
  const inRange = (found: readonly { partition: number; offset: number }[]): number => {
    const inside = found.filter((row) =>
      ranges.some(({ partition, from, to }) => row.partition === partition && row.offset >= from && row.offset < to),
    );
    return world.has('countsDistinctOffsets')
      ? new Set(inside.map((row) => `${row.partition}/${row.offset}`)).size
      : inside.length;
  };
  const found = foundOffsets(world, previous, proposal);
  return {
    step: proposal.step,
    closed_through: proposal.closedThrough,
    vector: proposal.vector.map((entry) => ({ ...entry, offsets: [...entry.offsets] })),
    attempt_id: insert.attemptId,
    digest: digestOfRows(rows),
    totals: {
      sealed: rows.length,
      duplicates: found - rows.length,
      late: rows.filter((row) => row.isLate).length,
      quarantined: inRange(world.store.quarantined),
      skipped: inRange(world.store.skipped),
      windows: new Set(rows.map((row) => row.window)).size,
      offsets: ranges.reduce((total, { from, to }) => total + to - from, 0),
    },
    first_window: null,
    last_window: null,
    reason: proposal.reason,
    window: { size_ms: SETTINGS.window.sizeMs, grace_ms: SETTINGS.window.graceMs },
    settings_hash: '',
    code_version: '',
    incomplete: proposal.incomplete,
    sealed_at: Math.max(0, now),
  };
}

/** Offsets that the step takes, its duplicates included. */
function foundOffsets(world: World, previous: ChainHead, proposal: Proposal): number {
  const taken: string[] = [];
  // Every copy under an id of its own: nothing is a duplicate.
  const copies = world.store.raw.map((row, index) => ({ ...row, id: String(index) }));
  for (const row of selectRows(copies, previous, proposal, SETTINGS.window.sizeMs, () => false)) {
    taken.push(`${row.partition}/${row.offset}`);
  }
  return world.has('countsDistinctOffsets') ? new Set(taken).size : taken.length;
}
