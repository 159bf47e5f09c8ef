import { ContractError } from '@millrace/platform-errors';
import { Type, type Schema } from 'avsc';
import { AvroDecoder, createAvroEncoder, type AvroEncoder, type Decoded } from './avro-codec';
import { frame, parseFrame, type Frame, type FrameProblem } from './frame';
import {
  createRegistryRequest,
  refusalError,
  type RegistryClientOptions,
  type RegistryRequest,
} from './registry-client';
import { createSchemaCache, type SchemaCache, type SchemaLookup } from './schema-cache';

export type Compatibility =
  'BACKWARD' | 'BACKWARD_TRANSITIVE' | 'FORWARD' | 'FORWARD_TRANSITIVE' | 'FULL' | 'FULL_TRANSITIVE' | 'NONE';

export type RecordDecoded<T> =
  Extract<Decoded<T>, { ok: true }> | { readonly ok: false; readonly reason: RecordProblem; readonly detail: string };

/** Why a record value has no meaning. All depend on the bytes and the registry's verdict only. */
export type RecordProblem =
  FrameProblem | Extract<Decoded<never>, { ok: false }>['reason'] | Extract<SchemaLookup, { ok: false }>['reason'];

export type RecordDecoder<T> = (value: Buffer | null) => Promise<RecordDecoded<T>>;

export interface CompatibilityVerdict {
  readonly isCompatible: boolean;
  readonly messages: readonly string[];
}

/** Schemas and framed Avro against a registry with the Confluent API. */
export class SchemaRegistryCodec {
  readonly #request: RegistryRequest;
  readonly #schemas: SchemaCache;

  constructor(options: RegistryClientOptions) {
    this.#request = createRegistryRequest(options);
    this.#schemas = createSchemaCache(this.#request);
  }

  /** At deploy time only. Sets the subject's compatibility, then registers; the same schema again gives the same id. */
  async registerSchema(
    subject: string,
    schema: Schema,
    { compatibility = 'FULL_TRANSITIVE' }: { readonly compatibility?: Compatibility } = {},
  ): Promise<number> {
    const isSet = await this.setCompatibility(subject, compatibility);
    const answer = await this.#request('POST', `${path(subject)}/versions`, { schema: JSON.stringify(schema) });
    if (!answer.ok) {
      if (answer.status !== 409 && answer.status !== 422) throw refusalError(`Registering ${subject} failed`, answer);
      throw new ContractError(`The registry refuses the schema of ${subject}: ${answer.message}`, {
        code: 'SCHEMA_INCOMPATIBLE',
        actor: 'developer',
        details: { subject, compatibility, status: answer.status },
        advice: 'Only add or remove fields with defaults, or publish to a new topic version',
      });
    }
    if (!isSet) await this.setCompatibility(subject, compatibility);
    return (answer.body as { id: number }).id;
  }

  /** False when it could not be set: some registries know no configuration for a subject without versions. */
  async setCompatibility(subject: string, compatibility: Compatibility): Promise<boolean> {
    return (await this.#request('PUT', configPath(subject), { compatibility })).ok;
  }

  /** What the subject's next version is held to, by a setting of its own or the registry's; undefined without versions. */
  async compatibilityOf(subject: string): Promise<string | undefined> {
    const answer = await this.#request('GET', `${configPath(subject)}?defaultToGlobal=true`);
    if (answer.ok) return (answer.body as { compatibilityLevel?: string }).compatibilityLevel;
    if (answer.status === 404) return undefined;
    throw refusalError(`Reading the compatibility of ${subject} failed`, answer);
  }

  /** Throws unless the registry answers with these credentials. */
  async ping(): Promise<void> {
    await this.subjects();
  }

  async subjects(): Promise<readonly string[]> {
    const answer = await this.#request('GET', '/subjects');
    if (answer.ok) return answer.body as string[];
    throw refusalError('Listing the subjects failed', answer);
  }

  /** Whether `schema` may follow the latest version; true for a subject without versions. */
  async checkCompatibility(subject: string, schema: Schema): Promise<CompatibilityVerdict> {
    const route = `/compatibility/subjects/${encodeURIComponent(subject)}/versions/latest?verbose=true`;
    const answer = await this.#request('POST', route, { schema: JSON.stringify(schema) });
    if (!answer.ok) {
      if (answer.status === 404) return { isCompatible: true, messages: [] };
      if (answer.status === 422) return { isCompatible: false, messages: [answer.message] };
      throw refusalError(`Checking ${subject} failed`, answer);
    }
    const { is_compatible: isCompatible, messages } = answer.body as { is_compatible: boolean; messages?: string[] };
    return { isCompatible, messages: messages ?? [] };
  }

  /** Undefined when the subject has no schema. */
  async latestSchemaId(subject: string): Promise<number | undefined> {
    const answer = await this.#request('GET', `${path(subject)}/versions/latest`);
    if (answer.ok) return (answer.body as { id: number }).id;
    if (answer.status === 404) return undefined;
    throw refusalError(`Reading the latest schema of ${subject} failed`, answer);
  }

  /** The id of exactly this schema under the subject; undefined when the subject does not hold it. */
  async schemaIdOf(subject: string, schema: Schema): Promise<number | undefined> {
    const answer = await this.#request('POST', path(subject), { schema: JSON.stringify(schema) });
    if (answer.ok) return (answer.body as { id: number }).id;
    if (answer.status === 404) return undefined;
    throw refusalError(`Looking up the schema of ${subject} failed`, answer);
  }

  /** Rejects with a RetryableError while the registry does not answer; "unknown id" is a value. */
  schemaById(id: number): Promise<SchemaLookup> {
    return this.#schemas.get(id);
  }

  /** As `schemaById`, from memory only: undefined when it has to be asked for first. */
  peekSchema(id: number): SchemaLookup | undefined {
    return this.#schemas.peek(id);
  }

  frame(schemaId: number, body: Buffer): Buffer {
    return frame(schemaId, body);
  }

  parseFrame(value: Buffer | null): Frame {
    return parseFrame(value);
  }

  encoder<T>(schemaId: number, type: Type): AvroEncoder<T> {
    return createAvroEncoder<T>(schemaId, type);
  }

  /** Record values, whatever compatible schema wrote them, as values of the reader schema. */
  decoder<T>(reader: Type): RecordDecoder<T> {
    const bodies = new AvroDecoder<T>(reader);
    return async (value) => {
      const framed = parseFrame(value);
      if (framed.problem !== undefined) return { ok: false, reason: framed.problem, detail: 'not a framed Avro value' };
      const lookup = this.peekSchema(framed.schemaId) ?? (await this.schemaById(framed.schemaId));
      if (!lookup.ok) return lookup;
      return bodies.decode(framed.body, lookup.schema.type, lookup.schema.timeUnits);
    };
  }
}

function configPath(subject: string): string {
  return `/config/${encodeURIComponent(subject)}`;
}

function path(subject: string): string {
  return `/subjects/${encodeURIComponent(subject)}`;
}
