import { createBodyFacts } from './avro/body-facts';
import { FRAME_BYTES, judgeFrame, readSchemaId } from './verdict/judge-frame';
import { judgeRejected } from './verdict/judge-rejected';
import { judgeSignal } from './verdict/judge-signal';
import type { TopicRules, Verdict } from './verdict/verdict';
import { isSignalWriter, type SignalWriter } from './writer/signal-writer';

/** A record to judge. `bytes[start, end)` is its value; `start` below 0: it has none. */
export interface RecordToJudge {
  /** Epoch milliseconds: the broker's time. */
  readonly appendedAt: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Only read when there are any. */
  readonly headers: Readonly<Record<string, string>> | null;
}

/** Why a record is not a signal, and the schema that it names, if it does. */
export interface Refusal extends Verdict {
  readonly schemaId: number | null;
}

/** The writer of a schema id, as far as it is known without asking the registry. */
export type PeekWriter<W extends SignalWriter> = (schemaId: number) => W | Verdict | undefined;

const facts = createBodyFacts();

/**
 * The one judge of records, for whoever reads signals: the record's writer when it is a signal, whose body follows the frame;
 * else why not; undefined when the registry has to be asked for its schema first. Depends only on the record's bytes, headers
 * and append time, on the rules, and on what the registry says.
 */
export function judgeRecord<W extends SignalWriter>(
  { appendedAt, bytes, start, end, headers }: RecordToJudge,
  rules: TopicRules,
  peekWriter: PeekWriter<W>,
): W | Refusal | undefined {
  if (headers !== null) {
    const rejected = judgeRejected(headers);
    if (rejected !== null) return { ...rejected, schemaId: null };
  }
  const schemaId = readSchemaId(bytes, start, end);
  if (schemaId < 0) return { ...judgeFrame(bytes, start, end), schemaId: null };
  const writer = peekWriter(schemaId);
  if (writer === undefined) return undefined;
  if (!isSignalWriter(writer)) return { ...writer, schemaId };
  const from = start + FRAME_BYTES;
  if (!writer.body.walk(bytes, from, end, facts)) {
    return { reason: 'invalid_avro', detail: writer.body.explain(bytes, from, end), schemaId };
  }
  const verdict = judgeSignal(facts, appendedAt, rules);
  return verdict === null ? writer : { ...verdict, schemaId };
}
