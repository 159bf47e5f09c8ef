import type { MapContext, MapResult, SourceDefinition } from '@millrace/catalog-sources';
import { partitionKeyOf, type QuarantineReason, type Signal } from '@millrace/contract-signal';
import type { ProducerRecord } from '@millrace/platform-kafka';

import { rejectedRecord } from './rejected-record';

/** A topic that is ready to be produced to. */
export interface OpenTopic {
  readonly source: string;
  readonly topic: string;
  /** Avro in the registry's frame. Throws, naming the field, when a value does not fit. */
  readonly encode: (signal: Signal) => Buffer;
}

/** An event that was put aside, by its place in the request. */
export interface QuarantinedEvent {
  readonly index: number;
  readonly reason: QuarantineReason;
  readonly detail: string;
}

interface MappedEvents {
  readonly records: readonly ProducerRecord[];
  readonly accepted: number;
  readonly dropped: number;
  readonly quarantined: readonly QuarantinedEvent[];
}

type MapEvent<Settings> = (raw: unknown, context: MapContext<Settings>) => ReturnType<SourceDefinition['map']>;

/** Every event becomes a record or is dropped on purpose; none is lost and none fails another. Pure, never throws. */
export function mapEvents<Settings>(
  events: readonly unknown[],
  map: MapEvent<Settings>,
  context: MapContext<Settings>,
  open: OpenTopic,
  maxEventBytes: number,
): MappedEvents {
  const records: ProducerRecord[] = [];
  const quarantined: QuarantinedEvent[] = [];
  let accepted = 0;
  let dropped = 0;
  for (const [index, raw] of events.entries()) {
    const made = encodeEvent(raw, map, context, open, maxEventBytes);
    if (made.fate === 'encoded') {
      records.push({ topic: open.topic, key: partitionKeyOf(made.signal), value: made.value });
      accepted += 1;
    } else if (made.fate === 'drop') {
      dropped += 1;
    } else {
      records.push(rejectedRecord(open.topic, raw, made.reason, made.detail, maxEventBytes));
      quarantined.push({ index, reason: made.reason, detail: made.detail });
    }
  }
  return { records, accepted, dropped, quarantined };
}

type Encoded =
  | { readonly fate: 'encoded'; readonly signal: Signal; readonly value: Buffer }
  | Exclude<MapResult, { fate: 'signal' }>;

const refuse = (reason: QuarantineReason, detail: string): Encoded => ({ fate: 'quarantine', reason, detail });

/** What cannot be mapped or encoded is this event's problem: an answer of 500 would make a client repeat its batch for ever. */
function encodeEvent<Settings>(
  raw: unknown,
  map: MapEvent<Settings>,
  context: MapContext<Settings>,
  open: OpenTopic,
  maxEventBytes: number,
): Encoded {
  try {
    const result = map(raw, context);
    if (result.fate !== 'signal') return result;
    const value = open.encode(result.signal);
    if (value.length <= maxEventBytes) return { fate: 'encoded', signal: result.signal, value };
    return refuse('event_too_large', `a signal may have ${maxEventBytes} bytes, this one has ${value.length}`);
  } catch (error) {
    return refuse('invalid_event', problemOf(error));
  }
}

function problemOf(error: unknown): string {
  if (error instanceof RangeError && error.message.includes('call stack')) return 'the event is nested too deeply';
  return error instanceof Error ? error.message : String(error);
}
