import { isObject, textOf, type JsonObject } from '../mapping/values';
import { instantOf } from '../mapping/instant';
import type { Cursor, Page, PollStream, SourceTools } from '../source';
import { callApi, type NoPage } from './call-api';
import type { HubspotSettings } from './settings';

/** An object of HubSpot's CRM, and what of it is read. */
export interface SearchedObject {
  readonly object: string;
  /** Property with the instant of the last change. */
  readonly modified: string;
  readonly properties: (settings: HubspotSettings) => readonly string[];
  /** Adds to the records of a page what they need from elsewhere. */
  readonly complete?: (
    records: readonly JsonObject[],
    settings: HubspotSettings,
    tools: SourceTools,
  ) => Promise<
    { readonly ok: true; readonly records: readonly JsonObject[] } | { readonly ok: false; readonly page: NoPage }
  >;
}

/**
 * `at`: everything changed before is read, epoch milliseconds. `id`: of what changed exactly then, everything up to this id; null: not
 * looked at by id. `newest`: the latest change that was seen. `quiet`: passes in a row that found nothing later.
 */
interface Position {
  readonly at: number;
  readonly id: string | null;
  readonly newest: number;
  readonly quiet: number;
}

/** By then the search has found what it was late with. */
const QUIET_PASSES = 3;

const positionOf = (cursor: Cursor): Position => cursor as unknown as Position;
const cursorOf = (position: Position): Cursor => ({ ...position });

/**
 * Reads an object by the time of its last change, oldest first, and never by page numbers: a search ends after 10,000 results, and
 * records move to its end while it is read. Each page begins where the one before ended, the border included. What fills a page with one
 * instant is read on by id.
 */
export function searchStream(what: SearchedObject): PollStream<HubspotSettings> {
  return {
    everySeconds: 300,
    first: (_now, { since }) => cursorOf({ at: Date.parse(since), id: null, newest: 0, quiet: 0 }),
    async page(cursor, settings, tools): Promise<Page> {
      const position = positionOf(cursor);
      const called = await callApi(tools, settings, `/crm/v3/objects/${what.object}/search`, {
        ...queryOf(what, position),
        properties: [...new Set([what.modified, ...what.properties(settings)])],
        limit: settings.page_size,
      });
      if (!called.ok) return called.page;
      const { results } = called.body;
      if (!Array.isArray(results)) return { kind: 'failed', detail: 'the answer of a search has no results' };
      const found = results.filter(isObject);
      const completed =
        what.complete === undefined
          ? { ok: true as const, records: found }
          : await what.complete(found, settings, tools);
      if (!completed.ok) return completed.page;
      const isFull = results.length >= settings.page_size;
      const { next, isLast } = follow(position, found, what.modified, isFull, settings.overlap_seconds * 1_000);
      const records = completed.records.map((record) => ({ object: what.object, record }));
      return { kind: 'page', records, next: cursorOf(next), isLast };
    },
  };
}

function queryOf({ modified }: SearchedObject, { at, id }: Position): object {
  const value = String(at);
  if (id === null) {
    return {
      filterGroups: [{ filters: [{ propertyName: modified, operator: 'GTE', value }] }],
      sorts: [{ propertyName: modified, direction: 'ASCENDING' }],
    };
  }
  const filters = [
    { propertyName: modified, operator: 'EQ', value },
    { propertyName: 'hs_object_id', operator: 'GT', value: id },
  ];
  return { filterGroups: [{ filters }], sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }] };
}

/** Where to go on behind a page. Pure. */
export function follow(
  position: Position,
  records: readonly JsonObject[],
  modified: string,
  isFull: boolean,
  overlapMs: number,
): { readonly next: Position; readonly isLast: boolean } {
  const times = records.map((record) => modifiedAt(record, modified)).filter((time) => time !== null);
  const last = times.at(-1) ?? position.at;
  const newest = Math.max(position.newest, ...times);
  const quiet = newest > position.newest ? 0 : position.quiet;
  if (position.id !== null) {
    const lastId = textOf(records.at(-1)?.['id']) ?? position.id;
    if (isFull) return { next: { ...position, id: lastId, newest, quiet }, isLast: false };
    return { next: { at: position.at + 1, id: null, newest, quiet }, isLast: false };
  }
  if (isFull) {
    if (last > position.at) return { next: { at: last, id: null, newest, quiet }, isLast: false };
    return { next: { at: position.at, id: '0', newest, quiet }, isLast: false };
  }
  if (newest === 0) return { next: position, isLast: true };
  const isQuiet = newest === position.newest;
  const passes = isQuiet ? position.quiet + 1 : 0;
  const at = passes >= QUIET_PASSES ? newest + 1 : Math.max(0, newest - overlapMs);
  return { next: { at, id: null, newest, quiet: passes }, isLast: true };
}

function modifiedAt(record: JsonObject, modified: string): number | null {
  const { properties } = record;
  return instantOf((isObject(properties) ? properties[modified] : undefined) ?? record['updatedAt']);
}
