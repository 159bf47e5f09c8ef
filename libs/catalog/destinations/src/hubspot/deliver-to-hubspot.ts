import type { Destination, Reading, RecordOutcome, Refusal, Route, Tools, WireBatch, WireItem } from '../destination';
import { readAnswer } from '../wire/read-answer';
import { readRequest, spellKey, wayOf, wayOfBatch, writeRequest, type Target, type Way } from './hubspot-requests';
import type { HubspotSettings } from './hubspot-settings';
import { hasValue } from './property-values';
import { readRecords, type CrmRecord, type CrmRecords, type NotRead } from './read-records';
import { readRefusal } from './read-refusal';
import { readResults } from './read-results';

type HubspotRoute = Route<HubspotSettings>;

/** Writes a batch in one request; contacts that are updated by e-mail are looked up before. */
export const deliver: HubspotRoute['deliver'] = async (batch, settings, tools) => {
  const way = wayOfBatch(batch, settings);
  if (isRefusal(way)) return { kind: 'paused', detail: way.refused };
  if (way.mode === 'update' && way.idProperty === 'email') return updateByEmail(way, batch, settings, tools);
  return write(way, targetsOf(batch), settings, tools);
};

/** What became of a batch whose outcome is unknown: accepted where HubSpot has every value that was sent. */
export const reconcile: NonNullable<HubspotRoute['reconcile']> = async (batch, settings, tools) => {
  const way = wayOfBatch(batch, settings);
  if (isRefusal(way)) return { kind: 'paused', detail: way.refused };
  const targets = targetsOf(batch);
  const fields = [...fieldsOf(targets)];
  const read = await readFrom(way, targets, fields, settings, tools);
  if (read.kind !== 'read') return read;
  const outcomes = targets.map(({ id, record: { record_id, fields: sent } }): RecordOutcome => {
    const current = read.found.get(id);
    if (current === undefined) return { record_id, ...(way.mode === 'update' ? absent(read, id) : NOT_THERE) };
    const isThere = Object.entries(sent).every(([name, value]) =>
      hasValue(current.properties[name], value, settings.list_separator),
    );
    return isThere ? { record_id, outcome: 'accepted', detail: '' } : { record_id, ...OTHER_VALUES };
  });
  return { kind: 'records', outcomes };
};

export const readBack: NonNullable<Destination<HubspotSettings>['readBack']> = async (
  keys,
  fields,
  settings,
  context,
  tools,
) => {
  const way = wayOf(context, settings);
  if (isRefusal(way)) return { kind: 'paused', detail: way.refused };
  const asked = keys.map((match_key) => ({ match_key, id: spellKey(match_key, context.match) }));
  const read = await readFrom(way, asked, fields, settings, tools);
  if (read.kind === 'batch_rejected') return { kind: 'retryable', detail: read.detail };
  if (read.kind !== 'read') return read;
  const records = asked.flatMap(({ match_key, id }) => {
    const record = read.found.get(id);
    if (record === undefined) return [];
    const values = fields.map((name) => [name, record.properties[name] || null] as const);
    return [{ match_key, values: Object.fromEntries(values) }];
  });
  return { kind: 'values', records };
};

const NOT_THERE = { outcome: 'unknown', detail: 'Read back: it is not there' } as const;
const OTHER_VALUES = { outcome: 'unknown', detail: 'Read back: it has not the values that were sent' } as const;

const isRefusal = (way: Way | Refusal): way is Refusal => 'refused' in way;

const targetsOf = ({ items, context }: WireBatch): Target[] =>
  items.map(({ record, encoded }: WireItem) => ({ record, encoded, id: spellKey(record.match_key, context.match) }));

const fieldsOf = (targets: readonly Target[]): ReadonlySet<string> =>
  new Set(targets.flatMap(({ record }) => Object.keys(record.fields)));

async function write(way: Way, targets: readonly Target[], settings: HubspotSettings, tools: Tools): Promise<Reading> {
  const answer = await tools.request(writeRequest(way, targets, settings));
  return readAnswer(
    answer,
    (response) => readRefusal(response, settings, fieldsOf(targets)) ?? readResults(response, targets, way),
  );
}

async function readFrom(
  way: Way,
  asked: readonly { readonly id: string }[],
  properties: readonly string[],
  settings: HubspotSettings,
  tools: Tools,
): Promise<CrmRecords | NotRead> {
  const ids = asked.map(({ id }) => id);
  const answer = await tools.request(readRequest(way, ids, properties, settings));
  const read = readAnswer<CrmRecords | NotRead>(answer, (response) => readRecords(response, way, settings));
  // Nothing was written, whatever became of the question.
  return read.kind === 'unknown' ? { ...read, kind: 'retryable' } : read;
}

/** The batch update takes record ids: who has an e-mail is asked first, and who nobody has is not written. */
async function updateByEmail(way: Way, batch: WireBatch, settings: HubspotSettings, tools: Tools): Promise<Reading> {
  const targets = targetsOf(batch);
  const read = await readFrom(way, targets, [], settings, tools);
  if (read.kind !== 'read') return read;
  const main = mainTargets(targets, read);
  const left = new Map<string, RecordOutcome>();
  const there: Target[] = [];
  for (const target of targets) {
    const { record_id } = target.record;
    const record = read.found.get(target.id);
    if (record === undefined) left.set(record_id, { record_id, ...absent(read, target.id) });
    else if (main.get(record.id) !== target) left.set(record_id, { record_id, ...mergedInto(record) });
    else there.push({ ...target, id: record.id });
  }
  const outcomesOf = (written: readonly RecordOutcome[]): Reading => {
    const known = new Map([...left, ...written.map((outcome) => [outcome.record_id, outcome] as const)]);
    return { kind: 'records', outcomes: [...known.values()].sort(inOrderOf(targets)) };
  };
  if (there.length === 0) return outcomesOf([]);
  if (tools.signal.aborted) return { kind: 'throttled', waitMs: 0, detail: 'Stopped before anything was written' };
  const written = await write({ ...way, idProperty: null }, there, settings, tools);
  return written.kind === 'records' ? outcomesOf(written.outcomes) : written;
}

/** Two addresses of one contact: the record of its main one is written. */
function mainTargets(targets: readonly Target[], { found }: CrmRecords): Map<string, Target> {
  const main = new Map<string, Target>();
  for (const target of targets) {
    const record = found.get(target.id);
    if (record === undefined) continue;
    const isMain = (record.properties.email ?? '').toLowerCase() === target.id;
    if (isMain || !main.has(record.id)) main.set(record.id, target);
  }
  return main;
}

const absent = ({ missing }: CrmRecords, id: string): Pick<RecordOutcome, 'outcome' | 'detail'> =>
  missing.has(id)
    ? { outcome: 'gone', detail: 'OBJECT_NOT_FOUND: it is not there, or was deleted' }
    : { outcome: 'unknown', detail: 'The answer does not name this record' };

const mergedInto = ({ id, properties }: CrmRecord): Pick<RecordOutcome, 'outcome' | 'detail'> => ({
  outcome: 'gone',
  detail: `Merged: record ${id}, which has this address, is known by ${properties.email ?? 'another one'}`,
});

function inOrderOf(targets: readonly Target[]): (a: RecordOutcome, b: RecordOutcome) => number {
  const places = new Map(targets.map(({ record }, at) => [record.record_id, at]));
  return (a, b) => (places.get(a.record_id) ?? 0) - (places.get(b.record_id) ?? 0);
}
