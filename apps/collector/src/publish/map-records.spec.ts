import {
  drop,
  quarantine,
  readJson,
  SOURCES,
  toSignal,
  type MapContext,
  type Mapped,
  type Source,
} from '@millrace/catalog-sources';
import {
  createAccount,
  createPerson,
  createSignal,
  REJECTED_HEADERS,
  signalType,
  type Signal,
} from '@millrace/contract-signal';
import { createAvroEncoder } from '@millrace/platform-kafka';
import fc from 'fast-check';

import { mapRecords, type InstanceTopics, type MapOptions } from './map-records';

const context: MapContext<unknown> = { instance: 'website', receivedAt: 1, sentAt: null, settings: null };
const topics: InstanceTopics = {
  signals: { topic: 'signals.website.v1', encode: (signal) => Buffer.from(signal.signal_id) },
  people: { topic: 'entities.people.v1', encode: (person) => Buffer.from(JSON.stringify(person)) },
  accounts: { topic: 'entities.accounts.v1', encode: (account) => Buffer.from(JSON.stringify(account)) },
};
const within = (maxEventBytes: number, more: Partial<MapOptions> = {}): MapOptions => ({
  maxEventBytes,
  keyKind: null,
  ...more,
});
const map = (raw: unknown): readonly Mapped[] => {
  const { id, fate } = raw as { id: string; fate?: string };
  if (fate === 'drop') return [drop('unwanted')];
  if (fate === 'bad') return [quarantine('invalid_event', 'because')];
  return [
    toSignal(
      createSignal({ signal_id: id, type: 't', source: 'website', occurred_at: 0, received_at: 1, user_id: 'u' }),
    ),
  ];
};

describe('mapRecords', () => {
  it('makes a record of every event that is not dropped, in order', () => {
    const events = [
      { id: 'a' },
      { id: 'b', fate: 'bad', userId: 'u_2' },
      { id: 'c', fate: 'drop' },
      { id: 'x'.repeat(11) },
    ];
    const { records, accepted, dropped, quarantined } = mapRecords(events, map, context, topics, within(10));
    expect({ accepted, dropped, quarantined: quarantined.map(({ reason }) => reason) }).toEqual({
      accepted: 1,
      dropped: 1,
      quarantined: ['invalid_event', 'event_too_large'],
    });
    expect(records.map(({ key }) => key)).toEqual(['u', 'u_2', null]);
    expect(records.map(({ value }) => value?.toString())).toEqual(['a', '{"id":"b",', '{"id":"xxx']);
    expect(records[1]?.headers).toEqual({
      [REJECTED_HEADERS.reason]: 'invalid_event',
      [REJECTED_HEADERS.detail]: 'because (38 bytes, the first 10 are kept)',
    });
    expect(records[0]?.headers).toBeUndefined();
  });

  it('keeps the whole JSON of a rejected event that fits', () => {
    const { records } = mapRecords([{ id: 'b', fate: 'bad' }], map, context, topics, within(100));
    expect(records[0]?.value?.toString()).toBe('{"id":"b","fate":"bad"}');
    expect(records[0]?.headers?.[REJECTED_HEADERS.detail]).toBe('because');
  });

  it('keeps the numbers of a rejected event, and neither its write key nor an IP address', () => {
    const sent = '{"id":"b","fate":"bad","userId":157963456373623803,"properties":{"n":[9007199254740993]}}';
    const secrets = '"writeKey":"k","request_ip":"203.0.113.77","context":{"ip":"203.0.113.77","locale":"de"},';
    const { records } = mapRecords([readJson(sent.replace('{', `{${secrets}`))], map, context, topics, within(1_000));
    const expected = sent.replace('{', '{"context":{"locale":"de"},');
    expect(records[0]).toMatchObject({ key: '157963456373623803', value: Buffer.from(expected) });
  });

  it('makes nothing of nothing', () => {
    expect(mapRecords([], map, context, topics, within(10))).toEqual({
      records: [],
      accepted: 0,
      dropped: 0,
      quarantined: [],
    });
  });
});

describe('what a write key may send', () => {
  const events = [{ id: 'a' }];

  it('is what its types name', () => {
    const only = (type: string) => within(100, { keyKind: 'page', types: new Set([type]) });
    expect(mapRecords(events, map, context, topics, only('t'))).toMatchObject({ accepted: 1, quarantined: [] });
    expect(mapRecords(events, map, context, topics, only('other'))).toMatchObject({
      accepted: 0,
      quarantined: [{ index: 0, reason: 'invalid_event', detail: 'the write key may not send t' }],
    });
  });

  it('are facts about people and accounts only where nobody can read it', () => {
    const facts = (): readonly Mapped[] => [
      { fate: 'person', person: createPerson({ person_id: 'p', updated_at: 1 }) },
      { fate: 'account', account: createAccount({ account_id: 'a', updated_at: 1 }) },
    ];
    const sent = (keyKind: 'page' | 'server') => mapRecords([1], facts, context, topics, within(1_000, { keyKind }));
    expect(sent('page')).toMatchObject({ accepted: 0, quarantined: [{ index: 0 }, { index: 0 }] });
    expect(sent('server').records.map(({ topic, key }) => `${topic} ${key}`)).toEqual([
      'entities.people.v1 website/p',
      'entities.accounts.v1 website/a',
    ]);
  });
});

describe('people and accounts', () => {
  const sent = (person: object) =>
    mapRecords(
      [1],
      () => [{ fate: 'person', person: createPerson({ person_id: 'p', updated_at: 1, ...person }) }],
      context,
      topics,
      within(1_000),
    ).records.map(({ key, value }) => [key, value === null ? null : JSON.parse(String(value)).instance]);

  it('are of the instance that they came in by, unless they say of which', () => {
    expect(sent({})).toEqual([['website/p', 'website']]);
    expect(sent({ instance: 'hub' })).toEqual([['hub/p', 'hub']]);
    expect(sent({ instance: 'direct' })).toEqual([['p', null]]);
  });

  it('that are deleted are told of in a record, of direct by a tombstone', () => {
    expect(sent({ deleted: true })).toEqual([['website/p', 'website']]);
    expect(sent({ instance: 'direct', deleted: true })).toEqual([['p', null]]);
  });
});

describe('an event of which nothing can be made', () => {
  const encode = createAvroEncoder<Signal>(1, signalType);
  const real: InstanceTopics = { ...topics, signals: { ...topics.signals, encode } };
  const segment = SOURCES['segment'] as Source & { kind: 'http' };
  const settings = segment.settings.parse({});
  const now = Date.parse('2026-11-26T04:42:00Z');
  const received = { instance: 'website', receivedAt: now, sentAt: null, settings };
  const good = { type: 'track', event: 'T', userId: 'u', messageId: 'good', timestamp: '2026-11-26T02:30:00Z' };
  const send = (...events: unknown[]) => mapRecords(events, segment.map, received, real, within(65_536));
  const decoded = (value: Buffer | null): Signal => signalType.fromBuffer(value?.subarray(5) as Buffer) as Signal;
  const deep = (levels: number): unknown => JSON.parse('[{"a":'.repeat(levels) + '1' + '}]'.repeat(levels));
  const ends = (mapped: ReturnType<typeof mapRecords>) =>
    mapped.records.map(({ headers, value }) =>
      headers === undefined ? decoded(value).signal_id : String(headers[REJECTED_HEADERS.detail]),
    );

  it.each([
    ['a timestamp beyond all time', { ...good, timestamp: Number.MAX_SAFE_INTEGER }, 'timestamp: 9007199254740991'],
    ['a timestamp in nanoseconds', { ...good, timestamp: 1_795_660_200_000_000_000 }, 'timestamp: 1795660200000000000'],
    ['a timestamp that is nested too deeply', { ...good, timestamp: deep(20_000) }, 'timestamp: a list'],
    ['a type that is nested too deeply', { ...good, type: deep(20_000) }, 'type: a list'],
    ['a messageId that is nested too deeply', { ...good, messageId: deep(20_000) }, 'messageId: a list'],
    ['properties that are nested too deeply', { ...good, properties: { a: deep(20_000) } }, 'nested too deeply'],
    ['nesting under a call without an id', { ...good, messageId: null, x: deep(20_000) }, 'nested too deeply'],
    ['a list that is nested too deeply', deep(20_000), 'not a JSON object'],
  ])('%s goes alone', (_title, bad, detail) => {
    expect(ends(send(good, bad, good))).toEqual(['good', expect.stringContaining(detail), 'good']);
  });

  it('is kept whole when it fits, however it is nested, and says how much when it does not', () => {
    const [kept] = send({ type: 'x', a: deep(8_000) }).records;
    expect(JSON.parse(String(kept?.value))).toHaveProperty('type', 'x');
    const [cut] = send({ type: 'x', a: deep(20_000) }).records;
    expect(cut?.value).toHaveLength(65_536);
    expect(cut?.headers?.[REJECTED_HEADERS.detail]).toContain('(more than 65536 bytes, the first 65536 are kept)');
  });

  it.each([1, 8_000, 20_000])('keeps its digits, no key and no IP address, nested %s levels deep', (levels) => {
    const secrets = { writeKey: 'k-1', ip: '203.0.113.77', context: { list: [{ ip: '203.0.113.77' }] } };
    const own = readJson('{"properties":{"ip":"own","n":9007199254740993}}') as object;
    const [kept] = send({ ...secrets, ...own, type: 'x', a: deep(levels) }).records;
    const text = String(kept?.value);
    expect(text).toContain('{"context":{"list":[{}]},"properties":{"ip":"own","n":9007199254740993},"type":"x","a":[');
    expect(text).not.toMatch(/k-1|203\.0/);
  });

  it('keeps no IP address of an event that is a list', () => {
    const [kept] = send([{ ip: '203.0.113.77', a: 1 }]).records;
    expect(String(kept?.value)).toBe('[{"a":1}]');
  });

  it('has no key that would make its record too large', () => {
    const [kept] = send({ type: 'x', userId: 'u'.repeat(513), anonymousId: 'a' }).records;
    expect(kept?.key).toBe('a');
  });

  it('says which field does not fit the schema', () => {
    const beyond = { signal_id: 'm', type: 't', source: 's', occurred_at: 2 ** 60, received_at: 1, user_id: 'u' };
    const wrong = (): readonly Mapped[] => [toSignal(createSignal(beyond))];
    const mapped = mapRecords([good, good], wrong, { ...received, settings: null }, real, within(65_536));
    expect(mapped.quarantined.map(({ reason }) => reason)).toEqual(['invalid_event', 'invalid_event']);
    expect(ends(mapped)[0]).toContain('occurred_at');
  });

  it('says what a mapping that breaks said', () => {
    const broken = (): readonly Mapped[] => {
      throw new TypeError('a is not iterable');
    };
    expect(ends(mapRecords([1], broken, { ...received, settings: null }, real, within(100)))).toEqual([
      'a is not iterable',
    ]);
  });

  it('is whatever JSON may hold: every event ends once, and what is encoded says the same when it is read', () => {
    const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 });
    const number = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(1e300, -1e300, 1e21, 2 ** 53));
    const key = fc.constantFrom(
      'messageId',
      'timestamp',
      'sentAt',
      'userId',
      'properties',
      'context',
      'traits',
      'type',
    );
    const event = fc
      .tuple(fc.constantFrom('track', 'page', 'identify', 'group', 'alias'), key, fc.oneof(json, number), json)
      .map(([type, name, value, properties]) => ({ ...good, type, properties, [name]: value }));
    const events = fc.array(fc.oneof(event, json, fc.constant(good)), { maxLength: 5 });
    fc.assert(
      fc.property(events, (batch) => {
        const signals: Signal[] = [];
        const keep = (signal: Signal): Buffer => {
          signals.push(signal);
          return encode(signal);
        };
        const keeping = { ...real, signals: { ...real.signals, encode: keep } };
        const mapped = mapRecords(batch, segment.map, received, keeping, within(65_536));
        expect(mapped.accepted + mapped.dropped + mapped.quarantined.length).toBe(batch.length);
        expect(mapped.records).toHaveLength(batch.length - mapped.dropped);
        const read = mapped.records.filter(({ headers }) => headers === undefined).map(({ value }) => decoded(value));
        expect(read.map((signal) => ({ ...signal }))).toEqual(signals);
      }),
      { numRuns: 500 },
    );
  });
});
