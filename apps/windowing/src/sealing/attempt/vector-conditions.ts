import type { TopicVector } from '@millrace/contract-window';

import type { OffsetRange } from './vector-ranges';

/** A piece of a where clause and the parameters it binds. */
export interface Condition {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * Rows below a vector. One comparison with an array of offsets a topic: cheap for every row of a window, and the window is
 * what prunes.
 */
export function belowVector(vector: readonly TopicVector[]): Condition {
  const params: Record<string, unknown> = {};
  const terms = vector.map(({ topic, topic_epoch, offsets }, t) => {
    params[`below_topic_${t}`] = topic;
    params[`below_epoch_${t}`] = topic_epoch;
    params[`below_offsets_${t}`] = offsets;
    return (
      `(topic = {below_topic_${t}: String} and topic_epoch = {below_epoch_${t}: UInt32} ` +
      `and offset < arrayElement({below_offsets_${t}: Array(UInt64)}, partition + 1))`
    );
  });
  return { sql: anyOf(terms), params };
}

/** Rows in offset ranges. Written as plain comparisons, which the index of signals_raw can prune by. */
export function inRanges(ranges: readonly OffsetRange[]): Condition {
  const params: Record<string, unknown> = {};
  const topics = [...new Map(ranges.map((range) => [`${range.topicEpoch}\n${range.topic}`, range])).values()];
  const terms = topics.map(({ topic, topicEpoch }, t) => {
    params[`range_topic_${t}`] = topic;
    params[`range_epoch_${t}`] = topicEpoch;
    const partitions = ranges.filter((range) => range.topic === topic && range.topicEpoch === topicEpoch);
    const offsets = partitions.map(({ partition, from, to }) => {
      const name = `${t}_${partition}`;
      params[`range_partition_${name}`] = partition;
      params[`range_from_${name}`] = from;
      params[`range_to_${name}`] = to;
      return (
        `(partition = {range_partition_${name}: UInt32} and offset >= {range_from_${name}: UInt64} ` +
        `and offset < {range_to_${name}: UInt64})`
      );
    });
    return `(topic = {range_topic_${t}: String} and topic_epoch = {range_epoch_${t}: UInt32} and ${anyOf(offsets)})`;
  });
  return { sql: anyOf(terms), params };
}

/** More winners than this are read from the mirror instead of bound: a request has its limits. */
const MOST_BOUND_WINNERS = 100;

/**
 * Rows of attempts that won: folded steps, or one of the winners above them, by the chain itself. Only steps that are mirrored
 * may be asked for.
 */
export function isWinner(
  foldedThrough: number,
  winners: readonly { readonly step: number; readonly attemptId: string }[],
): Condition {
  const above = winners.filter(({ step }) => step > foldedThrough);
  if (above.length > MOST_BOUND_WINNERS) {
    return {
      sql:
        '(step <= {folded_through: UInt64} or (step, attempt_id) in (' +
        'select step, attempt_id from {sealed: Identifier}.seal_steps where step > {folded_through: UInt64}))',
      params: { folded_through: foldedThrough },
    };
  }
  return {
    sql:
      `(step <= {folded_through: UInt64} or (step, attempt_id) in (` +
      `select winner.1, winner.2 from (select arrayJoin(arrayZip(` +
      `{winner_steps: Array(UInt64)}, {winner_attempts: Array(UUID)})) as winner)))`,
    params: {
      folded_through: foldedThrough,
      winner_steps: above.map(({ step }) => step),
      winner_attempts: above.map(({ attemptId }) => attemptId),
    },
  };
}

const anyOf = (terms: readonly string[]): string => (terms.length === 0 ? '(1 = 0)' : `(${terms.join(' or ')})`);
