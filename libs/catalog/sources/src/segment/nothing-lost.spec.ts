import { signalType, type Signal } from '@millrace/contract-signal';
import fc from 'fast-check';

import { jsonText } from '../json/json-text';
import { readJson } from '../json/read-json';
import { PropertyMap } from '../mapping/property-map';
import { propertyNames } from '../mapping/property-name';
import { isEmpty, isObject, textOf } from '../mapping/values';
import type { Mapped } from '../source';
import { segment } from './segment.source';

const settings = segment.settings.parse({ max_properties: 1_000 });
const map = (call: unknown, more: object = {}): Mapped => {
  const all = { ...(settings as object), ...more };
  return segment.map(call, { instance: 'website', receivedAt: 1, sentAt: null, settings: all })[0] as Mapped;
};
const mapText = (fields: string): Mapped =>
  map(readJson(`{"type":"track","event":"T","userId":"u","messageId":"m"${fields === '' ? '' : `,${fields}`}}`));
const signalOf = (result: Mapped): Signal => {
  if (result.fate !== 'signal') throw new Error(JSON.stringify(result));
  return result.signal;
};
const given = (fields: string): Record<string, unknown> => {
  const { properties, ...columns } = signalOf(mapText(fields));
  return { ...properties, ...columns, all: properties };
};

describe('what a call says is kept under a documented name', () => {
  it.each<[string, string, object]>([
    ['ids of many digits', '"userId":157963456373623803', { user_id: '157963456373623803' }],
    [
      'numbers of many digits',
      '"properties":{"n":9007199254740993,"l":[9007199254740993]}',
      {
        n: '9007199254740993',
        l: '[9007199254740993]',
      },
    ],
    ['a value beyond doubles', '"properties":{"value":1e400}', { value: null, all: { value: '1e400' } }],
    [
      'an amount of many digits',
      '"properties":{"revenue":9007199254740993}',
      { value: 2 ** 53, revenue: '9007199254740993' },
    ],
    ['properties that are a list', '"properties":[1,"x"]', { properties: '[1,"x"]' }],
    ['properties that are a text', '"properties":"plan=pro"', { properties: 'plan=pro' }],
    ['properties that are a number', '"properties":42', { properties: '42' }],
    ['properties that are false', '"properties":false', { properties: 'false' }],
    ['keys that meet', '"properties":{"a.b":1,"a":{"b":2}}', { 'a.b': '1', 'a.b#2': '2' }],
    ['a user id of true', '"userId":true,"anonymousId":"a"', { user_id: null, anonymous_id: 'a', userId: 'true' }],
    ['a user id that is an object', '"userId":{"id":1},"anonymousId":"a"', { user_id: null, 'userId.id': '1' }],
    ['a user id that is a list', '"userId":["u"],"anonymousId":"a"', { user_id: null, userId: '["u"]' }],
    ['a user id that is nobody', '"userId":"undefined","anonymousId":"a"', { user_id: null, userId: 'undefined' }],
    [
      'the page',
      '"context":{"page":{"url":"https://a.b/","title":"T","search":"?q"}}',
      {
        url: 'https://a.b/',
        'context.page.title': 'T',
        'context.page.search': '?q',
      },
    ],
    [
      'a page’s url beside the property’s',
      '"properties":{"url":"u1"},"context":{"page":{"url":"u2"}}',
      {
        url: 'u1',
        'context.page.url': 'u2',
      },
    ],
    [
      'the campaign',
      '"context":{"campaign":{"name":"n","source":"s","id":7,"more":{"x":true}}}',
      {
        utm_campaign: 'n',
        utm_source: 's',
        utm_id: '7',
        'utm_more.x': 'true',
      },
    ],
    [
      'a campaign beside the property',
      '"properties":{"utm_source":"p"},"context":{"campaign":{"source":"c"}}',
      {
        utm_source: 'p',
        'context.campaign.source': 'c',
      },
    ],
    [
      'the rest of the context',
      '"context":{"locale":"de-DE","timezone":"Europe/Berlin","library":{"name":"n"},"os":{"name":"x"},"device":{"id":"d"},"app":{"build":9007199254740993},"screen":{"width":1},"network":{"wifi":true},"active":true}',
      {
        'context.locale': 'de-DE',
        'context.timezone': 'Europe/Berlin',
        'context.library.name': 'n',
        'context.os.name': 'x',
        'context.device.id': 'd',
        'context.app.build': '9007199254740993',
        'context.screen.width': '1',
        'context.network.wifi': 'true',
        'context.active': 'true',
      },
    ],
    [
      'a country that is none',
      '"context":{"location":{"country":"Germany","city":"Bonn"}}',
      {
        country: null,
        'context.location.country': 'Germany',
        'context.location.city': 'Bonn',
      },
    ],
    ['a context that is a text', '"context":"web"', { context: 'web' }],
    [
      'traits of the context',
      '"context":{"traits":{"email":"a@b.c","plan":"pro"}}',
      {
        email: 'a@b.c',
        'context.traits.plan': 'pro',
        'context.traits.email': 'a@b.c',
      },
    ],
    ['traits of a track', '"traits":{"plan":"pro"}', { 'traits.plan': 'pro' }],
    ['integrations', '"integrations":{"All":false}', { 'integrations.All': 'false' }],
    [
      'unknown fields',
      '"channel":"web","plan":{"seats":5},"name":"n"',
      { channel: 'web', 'plan.seats': '5', name: 'n' },
    ],
    ['a field named like a property', '"plan":"a","properties":{"plan":"b"}', { plan: 'b', 'plan#2': 'a' }],
    [
      'a name that the type cannot give back',
      '"event":"C++ Used","properties":{"event":"e"}',
      {
        type: 'c_used',
        event: 'e',
        'event#2': 'C++ Used',
      },
    ],
    ['a name in another script', '"event":"डेमो का अनुरोध"', { type: 'डेमो_का_अनुरोध' }],
    [
      'a group and its person',
      '"type":"group","groupId":"g","traits":{"email":"info@corp.com","domain":"corp.com"},"context":{"traits":{"email":"ann@corp.com"}}',
      {
        email: 'ann@corp.com',
        account_id: 'g',
        domain: 'corp.com',
        'context.traits.email': 'ann@corp.com',
      },
    ],
    [
      'a name of a page beside the property',
      '"type":"page","name":"n","properties":{"name":"p"}',
      { name: 'p', 'name#2': 'n' },
    ],
    [
      'half an emoji',
      String.raw`"properties":{"a\ud83d":"ab\ud83d"},"userId":"u\ud83d"`,
      { 'a\uFFFD': 'ab\uFFFD', user_id: 'u\uFFFD' },
    ],
  ])('%s', (_title, fields, expected) => {
    expect(given(fields)).toMatchObject(expected);
  });

  it('the company’s mailbox is not the person’s', () => {
    const call = '"type":"group","groupId":"g","traits":{"email":"info@corp.com"}';
    expect(signalOf(mapText(call))).toMatchObject({ email: null, properties: { email: 'info@corp.com' } });
    const identify = '"type":"identify","traits":{"plan":"x"},"context":{"traits":{"email":"a@b.c","age":4}}';
    expect(signalOf(mapText(identify))).toMatchObject({
      email: 'a@b.c',
      properties: { plan: 'x', 'context.traits.age': '4' },
    });
  });

  it('the page is not said twice, and what is unwanted is not kept in a second place', () => {
    const page = '{"url":"u","title":"t","path":"/","search":"s"}';
    const fields = `"properties":${page},"context":{"page":${page},"userAgentData":{"brands":[1]}},"_metadata":{"x":1}`;
    expect(signalOf(mapText(fields)).properties).toEqual(JSON.parse(page));
  });

  it.each(['ip', 'IP', 'ip_address', 'clientIp', 'x-forwarded-for', 'remote_addr'])(
    'an address in %s is not',
    (name) => {
      const address = '203.0.113.77';
      const fields = {
        [name]: address,
        context: { [name]: address, device: { [name]: address, list: [{ [name]: address }] } },
      };
      const result = map({ type: 'track', event: 'T', userId: 'u', messageId: 'm', ...fields });
      expect(result.fate).toBe('signal');
      expect(JSON.stringify(result)).not.toContain(address);
    },
  );

  it('a large context does not refuse the event', () => {
    const context = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`field${index}`, { x: index }]));
    const result = map({ type: 'track', event: 'T', userId: 'u', messageId: 'm', context }, { max_properties: 256 });
    expect(JSON.parse(signalOf(result).properties['context'] ?? '')).toEqual(context);
  });

  it('a quarantine says what stood in place of an identity', () => {
    const result = map({ type: 'track', event: 'T', messageId: 'm', userId: true, anonymousId: 'null' });
    expect(result).toMatchObject({ fate: 'quarantine', reason: 'no_identity' });
    expect(result).toHaveProperty('detail', expect.stringContaining('userId: true stands for nobody'));
  });
});

describe('nothing of any event is lost silently', () => {
  const key = fc.oneof(
    fc.constantFrom('a', 'b', 'a.b', 'a.b.c', '__proto__', 'constructor', 'toString', 'event', 'name', 'userId', ''),
    fc.constantFrom(
      'properties',
      'traits',
      'context',
      'page',
      'campaign',
      'source',
      'title',
      'email',
      'url',
      'country',
    ),
    fc.string({ unit: 'grapheme', maxLength: 4 }),
  );
  const leaf = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => JSON.stringify(text)),
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
    fc.constantFrom('null', 'true', 'false', '{}', '[]', '""', '" "', String.raw`"\ud83d"`),
  );
  const { object } = fc.letrec<{ value: string; object: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      leaf,
      tie('object'),
      fc.array(tie('value'), { maxLength: 3 }).map((parts) => `[${parts.join(',')}]`),
    ),
    object: fc
      .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 5, selector: ([name]) => name })
      .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  }));
  const anything = fc.oneof({ weight: 4, arbitrary: object }, { weight: 1, arbitrary: leaf });
  const calls = fc.record({
    type: fc.constantFrom('track', 'page', 'identify', 'group', 'alias'),
    properties: anything,
    traits: anything,
    context: anything,
    extra: anything,
  });

  /** The leaves of an object under dotted keys, without null; lists whole. */
  function* leavesOf(object: Record<string, unknown>, prefix: string): Generator<[string, unknown]> {
    for (const [name, value] of Object.entries(object)) {
      if (isObject(value) && !isEmpty(value)) yield* leavesOf(value, `${prefix}${name}.`);
      else if (value !== null) yield [prefix + name, value];
    }
  }

  /** As a property of that name, or within the JSON of what lies above it. */
  function isKept(properties: readonly [string, string][], path: string, value: unknown): boolean {
    const json = jsonText(value) ?? '';
    const text = typeof value === 'string' ? value : typeof value === 'object' ? json : String(value);
    return properties.some(
      ([key, kept]) =>
        ((key === path || key.startsWith(`${path}#`)) && (kept === text || kept === json)) ||
        (/^[[{]/.test(kept) && kept.includes(json) && path.startsWith(key.replace(/(?:#\d+)+$/, ''))),
    );
  }

  it('every leaf is found again, or the event is quarantined', () => {
    fc.assert(
      fc.property(calls, ({ type, properties, traits, context, extra }) => {
        const head = `"type":"${type}","event":"T","userId":"u","messageId":"m","groupId":"g","previousId":"p"`;
        const fields = `"properties":${properties},"traits":${traits},"context":${context},"extra":${extra}`;
        const raw = readJson(`{${head},${fields}}`) as Record<string, unknown>;
        const result = map(raw);
        if (result.fate !== 'signal') {
          expect(result.fate).toBe('quarantine');
          return;
        }
        signalType.toBuffer(result.signal);
        const { properties: kept, ...columns } = result.signal;
        const all = Object.entries(kept);
        for (const field of ['properties', 'traits', 'context', 'extra']) {
          const value = raw[field];
          if (typeof value === 'string' && value.trim() === '') continue;
          const isOwn = field === (type === 'identify' || type === 'group' ? 'traits' : 'properties');
          const prefix = isOwn ? '' : `${field}.`;
          const leaves = isObject(value) ? leavesOf(value, prefix) : ([[field, value]] as const);
          for (const [path, part] of leaves) {
            if (part === null || isKept(all, path, part) || Object.values(columns).includes(textOf(part))) continue;
            if (path.startsWith('context.campaign.') && isKept(all, utmOf(path), part)) continue;
            if (path.startsWith('context.traits.') && isKept(all, path.slice('context.traits.'.length), part)) continue;
            if (path.startsWith('context.page.') && isKept(all, path.slice('context.page.'.length), part)) continue;
            // An empty part of the context has nothing in it.
            if (/^context\.[^.]*$/.test(path) && isObject(part)) continue;
            throw new Error(`${path}: ${jsonText(part)} is lost`);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  const utmOf = (path: string): string =>
    path.replace('context.campaign.', 'utm_').replace(/^utm_name(?=$|\.)/, 'utm_campaign');

  it('properties keep their own names, before anything else of the call', () => {
    fc.assert(
      fc.property(object, anything, (properties, context) => {
        const fields = `"context":${context},"name":"n","properties":${properties}`;
        const raw = readJson(`{"type":"track","event":"C++","userId":"u","messageId":"m",${fields}}`);
        const alone = new PropertyMap(propertyNames([]), 1_000);
        alone.addAll((raw as { properties: Record<string, unknown> }).properties);
        expect(signalOf(map(raw)).properties).toMatchObject(alone.values);
      }),
      { numRuns: 1_000 },
    );
  });
});
