import type { TopicVector } from '@millrace/contract-window';
import { offsetIn } from '@millrace/contract-window';

import type { LandingStore } from '../store/landing-store';
import { decideStart, type StartDecision } from './decide-start';
import type { Lane } from './lane';

export interface LogBounds {
  readonly starts: ReadonlyMap<number, bigint>;
  readonly ends: ReadonlyMap<number, bigint>;
}

/** The broker, as far as the start of a partition depends on it. */
export interface LogReader {
  bounds(topic: string): Promise<LogBounds>;
  /** Per partition the first offset appended at `ms` or later. Only for times already past. */
  offsetsAt(topic: string, ms: number): Promise<ReadonlyMap<number, bigint>>;
  /** The broker's id of each topic, another one after it was re-created; undefined when the broker cannot tell. */
  topicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string> | undefined>;
}

/** Decides for every lane where it is read from; rejects when ClickHouse or Kafka does not answer. */
export async function decideStarts(
  lanes: readonly Lane[],
  store: LandingStore,
  log: LogReader,
): Promise<ReadonlyMap<Lane, StartDecision>> {
  const topics = [...new Map(lanes.map((lane) => [lane.topic, lane])).values()];
  const [positions, vectorText, boundsByTopic] = await Promise.all([
    store.readPositions(topics),
    store.readLastVector(),
    Promise.all(topics.map(async ({ topic }) => [topic, await log.bounds(topic)] as const)),
  ]);
  const landedAt = new Map(positions.map((row) => [`${row.topic}/${row.partition}`, row.position]));
  const vector = vectorText === undefined ? [] : (JSON.parse(vectorText) as TopicVector[]);
  const bounds = new Map(boundsByTopic);

  const decisions = new Map<Lane, StartDecision>();
  for (const lane of lanes) {
    const landed = landedAt.get(`${lane.topic}/${lane.partition}`);
    const sealed = offsetIn(vector, lane.topic, lane.topicEpoch, lane.partition);
    const logStart = Number(bounds.get(lane.topic)?.starts.get(lane.partition) ?? 0n);
    const logEnd = Number(bounds.get(lane.topic)?.ends.get(lane.partition) ?? 0n);
    const isSameLog = landed === undefined || (await holdsSameLog(lane, landed, store, log));
    decisions.set(lane, decideStart({ landed, sealed, logStart, logEnd, isSameLog }));
  }
  return decisions;
}

/**
 * A record's append time is the broker's and never changes. In the same log the first offset appended after it lies
 * above the record; in a topic that was re-created since, every record is newer, so the first offset lies at its start.
 */
async function holdsSameLog(lane: Lane, landed: number, store: LandingStore, log: LogReader): Promise<boolean> {
  const newest = await store.readNewestLanded(lane, landed);
  if (newest === undefined) return true;
  // The clock of the broker may be ahead of this one: such a record says nothing yet.
  if (newest.appended_at + 1 >= Date.now()) return true;
  const after = (await log.offsetsAt(lane.topic, newest.appended_at + 1)).get(lane.partition);
  return after === undefined || Number(after) > newest.offset;
}
