import { Type } from 'avsc';

import { SIGNAL_SCHEMA, signalType } from '../schemas';
import { createSignal } from '../signal';
import { parseAvroNode, type RecordNode } from './avro-node';
import { createBodyFacts } from './body-facts';
import { compileWalk } from './compile-walk';

const walkOf = (schema: unknown) => compileWalk(parseAvroNode(schema) as RecordNode);
const signalWalk = walkOf(SIGNAL_SCHEMA);
const required = { type: 'page_viewed', source: 'website', occurred_at: 1_760_000_000_123, received_at: 1 };
const signal = createSignal({ signal_id: 's-1', ...required, user_id: 'u-1', properties: { plan: 'pro' } });

const walkSignal = (body: Buffer) => {
  const facts = createBodyFacts();
  return { isValid: signalWalk.walk(body, 0, body.length, facts), ...facts };
};

describe('the walk over bodies of the signal schema', () => {
  it('picks out event time, id and identity', () => {
    expect(walkSignal(signalType.toBuffer(signal))).toMatchObject({
      isValid: true,
      occurredAt: 1_760_000_000_123,
      hasSignalId: true,
      hasIdentity: true,
    });
  });

  it.each([
    ['an empty id', { signal_id: '' }, { hasSignalId: false }],
    ['no identity', { user_id: null }, { hasIdentity: false }],
    ['an identity that is empty', { user_id: '' }, { hasIdentity: false }],
    ['another identity', { user_id: null, domain: 'acme.example' }, { hasIdentity: true }],
    ['a time before 1970', { occurred_at: -5 }, { occurredAt: -5 }],
    ['a time at the edge of exactness', { occurred_at: 2 ** 53 - 2 }, { occurredAt: 2 ** 53 - 2 }],
  ])('tells %s', (_name, change, expected) => {
    expect(walkSignal(signalType.toBuffer({ ...signal, ...change }))).toMatchObject({ isValid: true, ...expected });
  });

  it('refuses every truncation and every extension of a body', () => {
    const body = signalType.toBuffer(signal);
    for (let length = 0; length < body.length; length++) {
      expect(walkSignal(body.subarray(0, length)).isValid).toBe(false);
    }
    expect(walkSignal(Buffer.concat([body, Buffer.from([0])])).isValid).toBe(false);
  });

  it('refuses text that is not UTF-8, and says in which field', () => {
    const body = signalType.toBuffer({ ...signal, email: 'ab' });
    body[body.indexOf('ab')] = 0xff;
    expect(walkSignal(body).isValid).toBe(false);
    expect(signalWalk.explain(body, 0, body.length)).toContain('field "email"');
  });

  it('walks inside a larger buffer', () => {
    const body = signalType.toBuffer(signal);
    const facts = createBodyFacts();
    const around = Buffer.concat([Buffer.alloc(7, 1), body, Buffer.alloc(9, 1)]);
    expect(signalWalk.walk(around, 7, 7 + body.length, facts)).toBe(true);
    expect(signalWalk.walk(around, 7, 8 + body.length, facts)).toBe(false);
  });
});

const record = (...types: unknown[]) => ({
  type: 'record',
  name: 'R',
  fields: types.map((type, index) => ({ name: `f${index}`, type })),
});

describe('the walk over other schemas', () => {
  it.each([
    ['an int beyond 32 bits', record('int'), [0x80, 0x80, 0x80, 0x80, 0x20]],
    ['a boolean that is neither', record('boolean'), [2]],
    ['a union index that is none', record(['null', 'string']), [4]],
    ['an enum index that is none', record({ type: 'enum', name: 'E', symbols: ['A'] }), [2]],
    ['a block with a false size', record({ type: 'array', items: 'int' }), [1, 4, 2, 0]],
    ['a block count that nothing backs', record({ type: 'array', items: 'null' }), [0xfe, 0xff, 0xff, 0xff, 0x0f, 0]],
    ['a varint of eleven bytes', record('long'), [...Array<number>(10).fill(0x80), 0]],
    ['a negative length', record('bytes'), [1]],
  ])('refuses %s', (_name, schema, bytes) => {
    expect(walkOf(schema).walk(Uint8Array.from(bytes), 0, bytes.length, createBodyFacts())).toBe(false);
  });

  it('walks recursive schemas, and refuses those nested without end', () => {
    const schema = { type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'] }] };
    const outer = record(schema);
    const walk = walkOf(outer);
    const type = Type.forSchema(outer as never);
    const shallow = Buffer.from([2, 2, 2, 0]);
    expect(type.fromBuffer(shallow)).toBeDefined();
    expect(walk.walk(shallow, 0, 4, createBodyFacts())).toBe(true);
    const deep = Buffer.from([...Array<number>(100_000).fill(2), 0]);
    expect(walk.walk(deep, 0, deep.length, createBodyFacts())).toBe(false);
  });
});
