import type { Type } from 'avsc';
import { refusalError, type RegistryRequest } from './registry-client';
import { fetchReferences } from './schema-references';
import { timeUnitsOf, type TimeUnits } from './time-units';
import { writerTypeOf } from './writer-type';

/** A schema as written by a producer. */
export interface WriterSchema {
  readonly id: number;
  readonly json: string;
  /** Schemas of other subjects that define types which `json` names, each before those that name it. */
  readonly references: readonly string[];
  readonly type: Type;
  readonly timeUnits: TimeUnits;
}

export type SchemaLookup =
  | { readonly ok: true; readonly schema: WriterSchema }
  | { readonly ok: false; readonly reason: 'unknown_schema' | 'unreadable_schema'; readonly detail: string };

const SCHEMA_NOT_FOUND = 40403;
/** A verdict is asked for again after this long: the schema may have been registered since. */
const VERDICT_MAX_AGE_MS = 30_000;
const MOST_VERDICTS = 10_000;

/**
 * Schemas by id. A schema never changes, so it is kept for good; "unknown id" is kept for half a minute. When the
 * registry does not answer, the lookup rejects with a RetryableError and nothing is kept.
 */
export function createSchemaCache(request: RegistryRequest, now: () => number = Date.now) {
  const known = new Map<number, SchemaLookup>();
  const verdictAt = new Map<number, number>();
  const underway = new Map<number, Promise<SchemaLookup>>();

  const fetchSchema = async (id: number): Promise<SchemaLookup> => {
    const answer = await request('GET', `/schemas/ids/${id}`);
    if (!answer.ok) {
      if (answer.status !== 404) throw refusalError(`Reading schema ${id} failed`, answer);
      if (answer.errorCode !== SCHEMA_NOT_FOUND && answer.errorCode !== 404) {
        throw refusalError(`Reading schema ${id} failed`, answer);
      }
      return { ok: false, reason: 'unknown_schema', detail: `The registry knows no schema with id ${id}` };
    }
    return readSchema(id, answer.body, request);
  };

  return {
    /** From memory, without waiting; undefined when `get` has to ask first. */
    peek(id: number): SchemaLookup | undefined {
      const lookup = known.get(id);
      if (lookup === undefined || lookup.ok) return lookup;
      return now() - (verdictAt.get(id) ?? 0) < VERDICT_MAX_AGE_MS ? lookup : undefined;
    },
    async get(id: number): Promise<SchemaLookup> {
      const hit = this.peek(id);
      if (hit !== undefined) return hit;
      let asked = underway.get(id);
      if (asked === undefined) {
        asked = fetchSchema(id).finally(() => underway.delete(id));
        underway.set(id, asked);
      }
      const lookup = await asked;
      if (verdictAt.size >= MOST_VERDICTS) forgetVerdicts();
      known.set(id, lookup);
      if (!lookup.ok) verdictAt.set(id, now());
      return lookup;
    },
  };

  function forgetVerdicts(): void {
    for (const id of verdictAt.keys()) if (known.get(id)?.ok === false) known.delete(id);
    verdictAt.clear();
  }
}

export type SchemaCache = ReturnType<typeof createSchemaCache>;

async function readSchema(id: number, body: unknown, request: RegistryRequest): Promise<SchemaLookup> {
  const { schema: json, schemaType } = body as { schema?: unknown; schemaType?: unknown };
  const unreadable = (detail: string): SchemaLookup => ({ ok: false, reason: 'unreadable_schema', detail });
  if (typeof json !== 'string') return unreadable(`Schema ${id} has no text`);
  if (schemaType !== undefined && schemaType !== 'AVRO')
    return unreadable(`Schema ${id} is ${String(schemaType)}, not Avro`);
  const references = await fetchReferences(body, request);
  if (!references.ok) return unreadable(`Schema ${id}: ${references.detail}`);
  try {
    const type = writerTypeOf(json, references.schemas);
    return { ok: true, schema: { id, json, references: references.schemas, type, timeUnits: timeUnitsOf(json) } };
  } catch (error) {
    return unreadable(`Schema ${id}: ${(error as Error).message}`);
  }
}
