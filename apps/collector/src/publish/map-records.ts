import type { MapContext, Mapped, QuarantinedRecord } from '@millrace/catalog-sources';
import {
  DIRECT_INSTANCE,
  entityKey,
  partitionKeyOf,
  type Account,
  type KeyKind,
  type Person,
  type QuarantineReason,
  type Signal,
} from '@millrace/contract-signal';
import type { ProducerRecord } from '@millrace/platform-kafka';

import { rejectedRecord } from './rejected-record';

/** A topic that is ready to be produced to. */
export interface OpenTopic<Value> {
  readonly topic: string;
  /** Avro in the registry's frame. Throws, naming the field, when a value does not fit. */
  readonly encode: (value: Value) => Buffer;
}

/** Where the records of an instance go. */
export interface InstanceTopics {
  readonly signals: OpenTopic<Signal>;
  readonly people: OpenTopic<Person>;
  readonly accounts: OpenTopic<Account>;
}

export interface MapOptions {
  readonly maxEventBytes: number;
  /** Of the write key that the records came in with: none can say it of itself. Null: no such key. */
  readonly keyKind: KeyKind | null;
  /** Signal types that the key may send; undefined: all. */
  readonly types?: ReadonlySet<string> | undefined;
}

export interface MappedRecords {
  readonly records: readonly ProducerRecord[];
  readonly accepted: number;
  readonly dropped: number;
  readonly quarantined: readonly QuarantinedRecord[];
}

type MapRecord = (raw: unknown, context: MapContext<unknown>) => readonly Mapped[];

/** Every raw record becomes records or is dropped on purpose; none is lost and none fails another. Pure, never throws. */
export function mapRecords(
  raws: readonly unknown[],
  map: MapRecord,
  context: MapContext<unknown>,
  topics: InstanceTopics,
  options: MapOptions,
): MappedRecords {
  const records: ProducerRecord[] = [];
  const quarantined: QuarantinedRecord[] = [];
  let accepted = 0;
  let dropped = 0;
  const putAside = (index: number, raw: unknown, { reason, detail }: Refused): void => {
    records.push(rejectedRecord(topics.signals.topic, raw, reason, detail, options.maxEventBytes));
    quarantined.push({ index, reason, detail });
  };
  for (const [index, raw] of raws.entries()) {
    for (const mapped of mapOne(raw, map, context)) {
      if (mapped.fate === 'drop') {
        dropped += 1;
        continue;
      }
      const made = mapped.fate === 'quarantine' ? mapped : encodeMapped(mapped, context.instance, topics, options);
      if ('reason' in made) putAside(index, raw, made);
      else {
        records.push(made);
        accepted += 1;
      }
    }
  }
  return { records, accepted, dropped, quarantined };
}

interface Refused<Reason extends QuarantineReason = QuarantineReason> {
  readonly reason: Reason;
  readonly detail: string;
}

/** Of what was mapped and does not fit a topic. */
type Unfit = Refused<'invalid_event' | 'event_too_large'>;

const refuse = (reason: Unfit['reason'], detail: string): Unfit => ({ reason, detail });

/** What cannot be mapped is this record's problem: an answer of 500 would make a client repeat its batch for ever. */
function mapOne(raw: unknown, map: MapRecord, context: MapContext<unknown>): readonly Mapped[] {
  try {
    return map(raw, context);
  } catch (error) {
    return [{ fate: 'quarantine', ...refuse('invalid_event', problemOf(error)) }];
  }
}

/** A record for its topic, or why it is not one. */
export function encodeMapped(
  mapped: Exclude<Mapped, { fate: 'drop' | 'quarantine' }>,
  instance: string,
  topics: InstanceTopics,
  options: MapOptions,
): ProducerRecord | Unfit {
  try {
    if (mapped.fate === 'signal') return encodeSignal(mapped.signal, topics.signals, options);
    if (options.keyKind === 'page') return refuse('invalid_event', 'a key that anybody can read states no facts');
    if (mapped.fate === 'person') {
      return encodeEntity(mapped.person.person_id, named(mapped.person, instance), topics.people);
    }
    return encodeEntity(mapped.account.account_id, named(mapped.account, instance), topics.accounts);
  } catch (error) {
    return refuse('invalid_event', problemOf(error));
  }
}

function encodeSignal(
  signal: Signal,
  { topic, encode: bytesOf }: OpenTopic<Signal>,
  { keyKind, maxEventBytes, types }: MapOptions,
): ProducerRecord | Unfit {
  if (types !== undefined && !types.has(signal.type)) {
    return refuse('invalid_event', `the write key may not send ${signal.type}`);
  }
  // A map makes each signal anew: it may be finished in place.
  (signal as { key_kind: KeyKind | null }).key_kind = keyKind;
  const value = bytesOf(signal);
  return value.length <= maxEventBytes
    ? { topic, key: partitionKeyOf(signal), value }
    : refuse('event_too_large', `a signal may have ${maxEventBytes} bytes, this one has ${value.length}`);
}

/** What says nothing else is of the instance that it came in by; `direct` is written as none. */
function named<Entity extends Person | Account>(entity: Entity, instance: string): Entity {
  const of = entity.instance ?? instance;
  return { ...entity, instance: of === DIRECT_INSTANCE ? null : of };
}

/** A deletion in the customer's own system is a tombstone; other instances tell of it in a record. */
function encodeEntity<Entity extends Person | Account>(
  id: string,
  entity: Entity,
  { topic, encode: bytesOf }: OpenTopic<Entity>,
): ProducerRecord {
  const key = entityKey(entity.instance ?? DIRECT_INSTANCE, id);
  const isGone = entity.instance === null && entity.deleted;
  return { topic, key, value: isGone ? null : bytesOf(entity) };
}

function problemOf(error: unknown): string {
  if (error instanceof RangeError && error.message.includes('call stack')) return 'the event is nested too deeply';
  return error instanceof Error ? error.message : String(error);
}
