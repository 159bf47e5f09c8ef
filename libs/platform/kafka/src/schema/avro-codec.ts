import { ContractError } from '@millrace/platform-errors';
import { Type } from 'avsc';
import { compileAvroWalk, type AvroWalk } from './avro-walk';
import { compileInexactLongs } from './exact-longs';
import { frame, writeFrameHeader } from './frame';
import { keepAnyKey } from './keep-any-key';
import { inMilliseconds, type TimeUnits } from './time-units';

export type DecodeFailure = 'invalid_avro' | 'trailing_bytes' | 'unreadable_schema';

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: DecodeFailure; readonly detail: string };

export type AvroEncoder<T> = (value: T) => Buffer;

/** Values are written here first, so that each takes as much memory as it has bytes. */
const SCRATCH = Buffer.allocUnsafe(64 * 1024);

/** Encodes values of one schema with the registry's frame around them. Throws a ContractError naming the bad field. */
export function createAvroEncoder<T>(schemaId: number, type: Type): AvroEncoder<T> {
  const findInexactLong = compileInexactLongs(type);
  return (value) => {
    const inexact = findInexactLong?.(value);
    if (inexact !== undefined) {
      throw new ContractError(`A long is too large to be exact: ${inexact}`, {
        actor: 'developer',
        details: { schemaId, paths: [inexact] },
      });
    }
    try {
      const end = type.encode(value, SCRATCH, writeFrameHeader(schemaId, SCRATCH));
      // What does not fit there is told by a negative number.
      return end < 0 ? frame(schemaId, type.toBuffer(value)) : Buffer.from(SCRATCH.subarray(0, end));
    } catch (error) {
      const paths: string[] = [];
      type.isValid(value, { errorHook: (path) => void paths.push(path.join('.')) });
      throw new ContractError(`A value does not fit its Avro schema: ${paths.join(', ') || (error as Error).message}`, {
        actor: 'developer',
        cause: error,
        details: { schemaId, paths },
      });
    }
  };
}

/**
 * Decodes bodies written with any compatible schema into values of the reader schema. An instant is a number of milliseconds,
 * whatever unit the writer's schema names; a long of 2^52 or more either way is invalid, never rounded; any key of a map is kept;
 * bytes left over are an error.
 */
export class AvroDecoder<T> {
  readonly #reader: Type;
  readonly #writers = new WeakMap<Type, BodyDecoder<T>>();

  constructor(reader: Type) {
    keepAnyKey();
    this.#reader = reader;
  }

  /** `units`: of the writer's instants that are not milliseconds. */
  decode(body: Buffer, writer: Type, units: TimeUnits = NO_UNITS): Decoded<T> {
    let decoder = this.#writers.get(writer);
    if (decoder === undefined) {
      decoder = createBodyDecoder<T>(this.#reader, writer, units);
      this.#writers.set(writer, decoder);
    }
    return decoder(body);
  }
}

const NO_UNITS: TimeUnits = new Map();

type BodyDecoder<T> = (body: Buffer) => Decoded<T>;

function createBodyDecoder<T>(reader: Type, writer: Type, units: TimeUnits): BodyDecoder<T> {
  let resolver: ReturnType<Type['createResolver']> | undefined;
  let walk: AvroWalk;
  const findInexactLong = compileInexactLongs(reader);
  try {
    resolver = reader === writer ? undefined : reader.createResolver(writer, { ignoreNamespaces: true });
    walk = compileAvroWalk(writer);
  } catch (error) {
    const detail = `The reader schema cannot read it: ${(error as Error).message}`;
    return () => ({ ok: false, reason: 'unreadable_schema', detail });
  }
  return (body) => {
    const end = walk(body, 0);
    if (end < 0) return { ok: false, reason: 'invalid_avro', detail: `${body.length} bytes do not hold a whole value` };
    if (end < body.length) {
      return { ok: false, reason: 'trailing_bytes', detail: `the value ends at byte ${end} of ${body.length}` };
    }
    try {
      const value = reader.fromBuffer(body, resolver) as T;
      const inexact = findInexactLong?.(value);
      if (inexact === undefined) return { ok: true, value: inMilliseconds(value, units) as T };
      return { ok: false, reason: 'invalid_avro', detail: `a long is too large to be exact: ${inexact}` };
    } catch (error) {
      return { ok: false, reason: 'invalid_avro', detail: (error as Error).message };
    }
  };
}
