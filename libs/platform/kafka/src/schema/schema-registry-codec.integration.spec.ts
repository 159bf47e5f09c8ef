import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { useStack } from '@millrace/platform-testing';
import { Type, type Schema } from 'avsc';
import { SchemaRegistryCodec } from './schema-registry-codec';

const V1: Schema = { type: 'record', name: 'S', fields: [{ name: 'a', type: 'string' }] };
const V2: Schema = {
  type: 'record',
  name: 'S',
  fields: [
    { name: 'a', type: 'string' },
    { name: 'b', type: 'long', default: 7 },
  ],
};
const BREAKING: Schema = {
  type: 'record',
  name: 'S',
  fields: [
    { name: 'a', type: 'string' },
    { name: 'c', type: 'int' },
  ],
};

describe('the schema registry', () => {
  const stack = useStack();
  let subjects = 0;
  const servers: Server[] = [];
  const codec = (): SchemaRegistryCodec => new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const subject = (): string => `${stack.topicPrefix}s${subjects++}-value`;
  /** A registry that answers what the test says. */
  const answering = async (status: number, body: string): Promise<SchemaRegistryCodec> => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SchemaRegistryCodec({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timeoutMs: 300,
    });
  };

  afterAll(() => {
    for (const server of servers) server.close().closeAllConnections();
  });

  it('registers a schema once, takes compatible ones and refuses the others with the reason', async () => {
    const registry = codec();
    const name = subject();
    expect(await registry.latestSchemaId(name)).toBeUndefined();
    const first = await registry.registerSchema(name, V1);
    expect(await registry.registerSchema(name, V1)).toBe(first);
    expect(await registry.checkCompatibility(name, V2)).toEqual({ isCompatible: true, messages: [] });
    const second = await registry.registerSchema(name, V2);
    expect(second).not.toBe(first);
    expect(await registry.latestSchemaId(name)).toBe(second);
    expect((await registry.checkCompatibility(name, BREAKING)).isCompatible).toBe(false);
    await expect(registry.registerSchema(name, BREAKING)).rejects.toMatchObject({ code: 'SCHEMA_INCOMPATIBLE' });
    expect(await registry.latestSchemaId(name)).toBe(second);
    expect((await registry.checkCompatibility(subject(), BREAKING)).isCompatible).toBe(true);
  });

  it('holds a new subject to its compatibility from the second schema on', async () => {
    const registry = codec();
    const name = subject();
    await registry.registerSchema(name, V1, { compatibility: 'NONE' });
    await registry.registerSchema(name, BREAKING, { compatibility: 'NONE' });
  });

  it('reads what the kafkajs registry client wrote, and the other way round', async () => {
    const theirs = new SchemaRegistry({ host: stack.schemaRegistryUrl });
    const name = subject();
    const { id } = await theirs.register({ type: SchemaType.AVRO, schema: JSON.stringify(V2) }, { subject: name });
    const reader = Type.forSchema(V2);
    const decode = codec().decoder<{ a: string; b: number }>(reader);
    expect(await decode(await theirs.encode(id, { a: 'x', b: 3 }))).toEqual({ ok: true, value: { a: 'x', b: 3 } });
    expect(await theirs.decode(codec().encoder(id, reader)({ a: 'y', b: 4 }))).toEqual({ a: 'y', b: 4 });
  });

  it('decodes old records with the new schema, and answers what it cannot decode with a value', async () => {
    const registry = codec();
    const id = await registry.registerSchema(subject(), V1);
    const body = Type.forSchema(V1).toBuffer({ a: 'old' });
    const decode = registry.decoder<{ a: string; b: number }>(Type.forSchema(V2));
    expect(await decode(registry.frame(id, body))).toEqual({ ok: true, value: { a: 'old', b: 7 } });
    expect(await decode(null)).toMatchObject({ ok: false, reason: 'tombstone' });
    expect(await decode(registry.frame(2_000_000_000, body))).toMatchObject({ ok: false, reason: 'unknown_schema' });
    expect(await decode(registry.frame(id, Buffer.concat([body, body])))).toMatchObject({
      ok: false,
      reason: 'trailing_bytes',
    });
  });

  it('decodes instants as milliseconds, whatever unit their writer counts, and cuts towards the past', async () => {
    const registry = codec();
    const record = (type: unknown): Schema =>
      ({
        type: 'record',
        name: 'S',
        fields: [
          { name: 'at', type },
          { name: 'seen', type: ['null', type] },
        ],
      }) as Schema;
    const micros = record({ type: 'long', logicalType: 'timestamp-micros' });
    const id = await registry.registerSchema(subject(), micros);
    const body = Type.forSchema(micros).toBuffer({ at: 1_795_660_000_123_999, seen: -1 });
    const decode = registry.decoder(Type.forSchema(record({ type: 'long', logicalType: 'timestamp-millis' })));
    expect(await decode(registry.frame(id, body))).toEqual({ ok: true, value: { at: 1_795_660_000_123, seen: -1 } });
  });

  it.each([
    ['answers 500', 500, '{"error_code":50001,"message":"down"}'],
    ['answers 404 as a wrong address does', 404, '<html>nothing here</html>'],
    ['answers 503 from a proxy', 503, 'upstream'],
    ['answers 200 with something else', 200, '<html>login</html>'],
  ])('waits for a registry that %s instead of making a verdict', async (_what, status, body) => {
    await expect((await answering(status, body)).schemaById(1)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      isRetryable: true,
    });
  });

  it('waits for a registry that is not there or never answers', async () => {
    const absent = new SchemaRegistryCodec({ url: 'http://127.0.0.1:1', timeoutMs: 300 });
    await expect(absent.schemaById(1)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', isRetryable: true });
    const silent = createServer(() => undefined);
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(new SchemaRegistryCodec({ url, timeoutMs: 200 }).schemaById(1)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
  });

  it('does not retry refused credentials', async () => {
    await expect((await answering(401, '{}')).schemaById(1)).rejects.toMatchObject({ isRetryable: false });
  });
});
