import {
  createBodyDecoder,
  FRAME_BYTES,
  headersAsText,
  isSignalWriter,
  judgeRecord,
  readSchemaId,
  readSignalWriter,
  type SchemaAnswer,
  type SignalWriter,
  type TopicRules,
  type Verdict,
} from '@millrace/contract-signal';
import type { KafkaRecord } from '@millrace/platform-kafka';

import { PROJECTED_FIELDS, projectSignal, type ProjectedSignal } from './projected-signal';

/** What this needs of the schema registry; `schemaById` rejects while it does not answer. */
export interface SchemaSource {
  peekSchema(id: number): SchemaAnswer | undefined;
  schemaById(id: number): Promise<SchemaAnswer>;
}

/** A record's signal, or null when it is not one: windowing quarantines it with its reason, here it is only not urgent. */
export type ReadSignal = (
  record: Pick<KafkaRecord, 'value' | 'headers' | 'timestamp'>,
  rules: TopicRules,
) => Promise<ProjectedSignal | null>;

interface LaneWriter extends SignalWriter {
  readonly read: (body: Buffer) => ProjectedSignal;
}

const NO_BYTES = Buffer.alloc(0);

/** Reads records by the judge that windowing lands them by, so that the lane acts on nothing that is not sealed. */
export function createSignalReader(schemas: SchemaSource): ReadSignal {
  // A schema never changes; verdicts on schemas are the registry's to keep.
  const writers = new Map<number, LaneWriter>();
  const writerOf = (schemaId: number, answer: SchemaAnswer): LaneWriter | Verdict => {
    const writer = readSignalWriter(schemaId, answer);
    if (!isSignalWriter(writer)) return writer;
    const decode = createBodyDecoder(writer.node, PROJECTED_FIELDS);
    const known: LaneWriter = { ...writer, read: (body) => projectSignal(decode(body)) };
    writers.set(schemaId, known);
    return known;
  };
  const peek = (schemaId: number): LaneWriter | Verdict | undefined => {
    const known = writers.get(schemaId);
    if (known !== undefined) return known;
    const answer = schemas.peekSchema(schemaId);
    return answer === undefined ? undefined : writerOf(schemaId, answer);
  };
  return async ({ value, headers, timestamp }, rules) => {
    const bytes = value ?? NO_BYTES;
    const record = {
      appendedAt: timestamp,
      bytes,
      start: value === null ? -1 : 0,
      end: value === null ? -1 : value.length,
      headers: headersAsText(headers),
    };
    let writer = judgeRecord(record, rules, peek);
    if (writer === undefined) {
      const schemaId = readSchemaId(bytes, record.start, record.end);
      const answer = await schemas.schemaById(schemaId);
      writer = judgeRecord(record, rules, (id) => writers.get(id) ?? writerOf(id, answer));
    }
    return writer !== undefined && isSignalWriter(writer) ? writer.read(bytes.subarray(FRAME_BYTES)) : null;
  };
}
