import type { FieldValue } from '@millrace/contract-delivery';

import type { Destination, Reading, Route, Tools, WireBatch, WireItem } from '../destination';

/**
 * Sends one wire batch and says what became of it. An unknown outcome is looked up at once where the destination can be asked;
 * what the look cannot tell stays unknown. Looking up uses up no attempt.
 */
export async function deliverBatch(
  destination: Destination,
  route: Route,
  batch: WireBatch,
  settings: unknown,
  tools: Tools,
): Promise<Reading> {
  const reading = await route.deliver(batch, settings, tools);
  return settleUnknown(destination, route, batch, reading, settings, tools);
}

/** The same for an answer that came in another way, such as a job's. */
export async function settleUnknown(
  destination: Destination,
  route: Route,
  batch: WireBatch,
  reading: Reading,
  settings: unknown,
  tools: Tools,
): Promise<Reading> {
  const unknown = unknownItems(reading, batch);
  if (unknown.length === 0 || tools.signal.aborted) return reading;
  const part: WireBatch = { ...batch, items: unknown };
  const found = await lookUp(destination, route, part, settings, tools);
  if (found?.kind !== 'records') return reading;
  if (reading.kind !== 'records') return found;
  const known = new Map(found.outcomes.map((outcome) => [outcome.record_id, outcome]));
  return { kind: 'records', outcomes: reading.outcomes.map((outcome) => known.get(outcome.record_id) ?? outcome) };
}

function unknownItems(reading: Reading, { items }: WireBatch): readonly WireItem[] {
  if (reading.kind === 'unknown') return items;
  if (reading.kind !== 'records') return [];
  const unknown = new Set(
    reading.outcomes.filter(({ outcome }) => outcome === 'unknown').map(({ record_id }) => record_id),
  );
  return items.filter(({ record }) => unknown.has(record.record_id));
}

async function lookUp(
  destination: Destination,
  route: Route,
  batch: WireBatch,
  settings: unknown,
  tools: Tools,
): Promise<Reading | undefined> {
  if (route.reconcile !== undefined) return route.reconcile(batch, settings, tools);
  const records = batch.items.map(({ record }) => record);
  const fields = [...new Set(records.flatMap((record) => Object.keys(record.fields)))];
  const keys = records.map(({ match_key }) => match_key);
  const read = await destination.readBack?.(keys, fields, settings, batch.context, tools);
  if (read?.kind !== 'values') return undefined;
  const values = new Map(read.records.map((record) => [record.match_key, record.values]));
  return {
    kind: 'records',
    outcomes: records.map(({ record_id, match_key, fields: sent }) => {
      const isThere = Object.entries(sent).every(([field, value]) => isSame(values.get(match_key)?.[field], value));
      return isThere
        ? { record_id, outcome: 'accepted', detail: '' }
        : { record_id, outcome: 'unknown', detail: 'Read back: it has not the values that were sent' };
    }),
  };
}

/** As an API gives a value back: some say every value in text, a list with `;` between its items, and nothing for null. */
function isSame(current: FieldValue | undefined, sent: FieldValue): boolean {
  if (sent === null || sent === '') return current === undefined || current === null || current === '';
  if (current === undefined || current === null) return false;
  if (Array.isArray(sent) && typeof current === 'string') return current === sent.join(';');
  return inText(current) === inText(sent);
}

const inText = (value: Exclude<FieldValue, null>): string =>
  Array.isArray(value) ? JSON.stringify(value) : String(value);
