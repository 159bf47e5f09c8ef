import type { MapContext, SourceDefinition } from '@millrace/catalog-sources';
import { partitionKeyOf, type QuarantineReason, type Signal } from '@millrace/contract-signal';
import type { ProducerRecord } from '@millrace/platform-kafka';

import { rejectedRecord } from './rejected-record';

/** A topic that is ready to be produced to. */
export interface OpenTopic {
  readonly source: string;
  readonly topic: string;
  /** Avro in the registry's frame. */
  readonly encode: (signal: Signal) => Buffer;
}

interface MappedEvents {
  readonly records: readonly ProducerRecord[];
  readonly accepted: number;
  readonly dropped: number;
  /** Reason of each quarantined event. */
  readonly quarantined: readonly QuarantineReason[];
}

/** Every event becomes a record or is dropped on purpose; none is lost and none fails another. Pure. */
export function mapEvents<Settings>(
  events: readonly unknown[],
  map: (raw: unknown, context: MapContext<Settings>) => ReturnType<SourceDefinition['map']>,
  context: MapContext<Settings>,
  open: OpenTopic,
  maxEventBytes: number,
): MappedEvents {
  const records: ProducerRecord[] = [];
  const quarantined: QuarantineReason[] = [];
  let accepted = 0;
  let dropped = 0;
  for (const raw of events) {
    const result = map(raw, context);
    if (result.fate === 'drop') {
      dropped += 1;
      continue;
    }
    if (result.fate === 'signal') {
      const value = open.encode(result.signal);
      if (value.length <= maxEventBytes) {
        records.push({ topic: open.topic, key: partitionKeyOf(result.signal), value });
        accepted += 1;
        continue;
      }
    }
    const { reason, detail } =
      result.fate === 'quarantine'
        ? result
        : { reason: 'event_too_large' as const, detail: `a signal may have ${maxEventBytes} bytes` };
    records.push(rejectedRecord(open.topic, raw, reason, detail, maxEventBytes));
    quarantined.push(reason);
  }
  return { records, accepted, dropped, quarantined };
}
