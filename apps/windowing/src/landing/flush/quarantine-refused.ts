import { reasonOf, type Refused } from '@millrace/platform-clickhouse';
import { frame } from '@millrace/platform-kafka';

import type { WriterPlan } from '../intake/writer-plan';
import type { Lane } from '../partitions/lane';
import { recordsOfContainer } from '../rows/rows-of-container';
import type { FastPart, JsonRow, QuarantinedRecord } from './chunk';

interface RowPlace {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
  readonly offset: number;
  readonly appended_at: number;
}

const placeOf = (row: JsonRow): RowPlace => JSON.parse(row) as RowPlace;
const nameOf = ({ topic, partition, offset }: Pick<RowPlace, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}/${partition}/${offset}`;

/** Records of a container that ClickHouse refused as rows, with the bytes that they had in the log. */
export function quarantineContained(
  refused: readonly Refused<JsonRow>[],
  part: FastPart,
  lanes: readonly Lane[],
  plan: WriterPlan,
): QuarantinedRecord[] {
  if (refused.length === 0) return [];
  const reasons = new Map(refused.map(({ item, error }) => [nameOf(placeOf(item)), reasonOf(error)]));
  const records: QuarantinedRecord[] = [];
  for (const { lane, offset, appendedAt, body } of recordsOfContainer(part, lanes, plan)) {
    const detail = reasons.get(nameOf({ ...lane, offset }));
    if (detail === undefined) continue;
    records.push({
      lane,
      offset,
      appendedAt,
      verdict: { reason: 'refused_by_store', detail },
      schemaId: part.schemaId,
      bytes: frame(part.schemaId, body),
      headers: {},
    });
  }
  return records;
}

/** Records that were decoded here and whose bytes are gone: the row is kept in their place. */
export const quarantineDecoded = (refused: readonly Refused<JsonRow>[]): QuarantinedRecord[] =>
  refused.map(({ item, error }) => {
    const { topic, topic_epoch: topicEpoch, partition, offset, appended_at: appendedAt } = placeOf(item);
    const detail = `${reasonOf(error)}; the bytes kept are the decoded row as JSON`;
    return {
      lane: { topic, topicEpoch, partition },
      offset,
      appendedAt,
      verdict: { reason: 'refused_by_store', detail },
      schemaId: null,
      bytes: Buffer.from(item),
      headers: {},
    };
  });
