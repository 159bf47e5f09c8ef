import type { DeliveryRecord, FieldValue } from '@millrace/contract-delivery';
import type { WireRequest } from '@millrace/platform-http';

import type { Reading, RecordOutcome, Tools } from '../destination';
import { readAnswer } from '../wire/read-answer';
import { outcomeOf, type KeyField, type Target } from './locate-records';
import { readRows, type SentRow } from './read-rows';
import { dataRequest } from './salesforce-requests';
import type { SalesforceSettings } from './salesforce-settings';

export const MAX_ROWS = 200;

export interface Write {
  readonly record: DeliveryRecord;
  /** Its fields in JSON. */
  readonly encoded: string;
  readonly target: Target;
}

interface Part {
  readonly rows: readonly SentRow[];
  readonly request: WireRequest;
}

/**
 * Writes records by sObject Collections: those with an id, those with an external id and new ones in requests of their own. What
 * follows a request that was refused as a whole is not sent.
 */
export async function writeRecords(
  writes: readonly Write[],
  { object, keyField }: { readonly object: string; readonly keyField: KeyField },
  settings: SalesforceSettings,
  tools: Tools,
): Promise<Reading> {
  const outcomes = new Map<string, RecordOutcome>();
  const note = (outcome: RecordOutcome): void => void outcomes.set(outcome.record_id, outcome);
  for (const { record, target } of writes) {
    const nowhere = outcomeOf(record.record_id, target);
    if (nowhere !== undefined) note(nowhere);
  }
  const open = writes.filter(({ record }) => !outcomes.has(record.record_id));
  const parts = partsOf(open, object, keyField, settings);

  let stopped: Reading | undefined;
  for (const [index, { rows, request }] of parts.entries()) {
    const reading = stopped ?? readAnswer(await tools.request(request), (response) => readRows(response, rows));
    if (reading.kind === 'records') {
      reading.outcomes.forEach(note);
      continue;
    }
    if (index === 0 && (parts.length === 1 || reading.kind !== 'unknown')) return reading;
    if (reading.kind !== 'unknown') stopped = reading;
    for (const { record_id } of rows) note({ record_id, ...ofEach(reading) });
  }
  return {
    kind: 'records',
    outcomes: writes.map(
      ({ record: { record_id } }) =>
        outcomes.get(record_id) ?? { record_id, outcome: 'unknown', detail: 'The answer does not name this record' },
    ),
  };
}

/** What a reading of a part is for each of its records; what only a whole batch can be comes again with the next attempt. */
export function ofEach(reading: Reading): Pick<RecordOutcome, 'outcome' | 'detail'> {
  const detail = 'detail' in reading ? reading.detail : '';
  const isSame = reading.kind === 'throttled' || reading.kind === 'unknown';
  return { outcome: isSame ? reading.kind : 'retryable', detail };
}

function partsOf(writes: readonly Write[], object: string, keyField: KeyField, settings: SalesforceSettings): Part[] {
  const of = (kind: Target['kind']): Write[] => writes.filter(({ target }) => target.kind === kind);
  // A request takes ten changes of type: each type stands together.
  const byId = of('id').sort((a, b) => Number(typeOf(a, object) !== object) - Number(typeOf(b, object) !== object));
  const parts = (all: readonly Write[], method: WireRequest['method'], path: string, withKey: boolean): Part[] =>
    chunksOf(all).map((some) => ({
      rows: some.map(rowOf),
      request: dataRequest(settings, method, path, {
        allOrNone: false,
        records: some.map((write) => bodyOf(write, object, withKey ? keyField : undefined)),
      }),
    }));
  return [
    ...parts(byId, 'PATCH', 'composite/sobjects', false),
    ...parts(of('key'), 'PATCH', `composite/sobjects/${object}/${keyField.name}`, true),
    ...parts(of('new'), 'POST', 'composite/sobjects', true),
  ];
}

const typeOf = ({ target }: Write, object: string): string => (target.kind === 'id' ? target.object : object);

const rowOf = ({ record: { record_id }, target }: Write): SentRow => ({
  record_id,
  ...(target.kind === 'id' ? { id: target.id } : {}),
});

function bodyOf(write: Write, object: string, keyField: KeyField | undefined): object {
  const { record, encoded, target } = write;
  const fields = JSON.parse(encoded) as Record<string, FieldValue>;
  return {
    attributes: { type: typeOf(write, object) },
    ...(target.kind === 'id' ? { id: target.id } : {}),
    ...(keyField === undefined ? fields : withKey<FieldValue>(fields, keyField.name, record.match_key)),
  };
}

/** The match key in its field, whatever else the mapping writes there. */
export function withKey<Value>(
  fields: Readonly<Record<string, Value>>,
  name: string,
  key: Value,
): Record<string, Value> {
  const others = Object.entries(fields).filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { [name]: key, ...Object.fromEntries(others) };
}

const chunksOf = (writes: readonly Write[]): Write[][] =>
  Array.from({ length: Math.ceil(writes.length / MAX_ROWS) }, (_, index) =>
    writes.slice(index * MAX_ROWS, (index + 1) * MAX_ROWS),
  );
