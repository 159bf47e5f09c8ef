import { createAccount, createHttpClient, Limits, type HttpClient } from '@millrace/platform-http';
import { LogLevel, WebClient } from '@slack/web-api';
import fc from 'fast-check';

import type { Reading, WireContext } from '../destination';
import { CONTEXT, createRecord, describeConformance, NO_SINK } from '../testing/conformance';
import { createTools } from '../wire/create-tools';
import { cutWireBatches } from '../wire/cut-wire-batches';
import { deliverBatch } from '../wire/deliver-batch';
import { composeDigest, encodeLine } from './digest';
import { readSlackAnswer } from './read-slack-answer';
import { slack } from './slack.destination';
import { createSlackServer, type SlackServer } from './testing/slack-server';

const TOKEN = 'xoxb-a-bot-token';
const says = (error: string) => ({ status: 200, body: JSON.stringify({ ok: false, error }) });

describeConformance(slack, {
  createApi: createSlackServer,
  settings: (url) => ({ url, token: TOKEN, channel: 'C0123456789' }),
  own: {
    empty: { status: 200 },
    quota: { ...says('ratelimited'), headers: { 'retry-after': '7' } },
    auth: says('invalid_auth'),
    oneBad: null,
    allBad: says('msg_too_long'),
  },
});

describe('a digest', () => {
  const lines = Array.from({ length: 50 }, (_, at) => encodeLine(createRecord(`p${at}`)));

  it('has a head and a line for each record', () => {
    const { text, named } = composeDigest(lines.slice(0, 2), { ...CONTEXT, object: 'hot_leads' }, 4_000);
    expect(named).toBe(2);
    expect(text.split('\n')).toEqual([
      '2 × hot_leads (crm), as of 2026-01-05 07:00 UTC',
      '• p0@example.com · lead_score 72 · lead_grade A · reasons asked for a demo, ünïcödé · region none',
      '• p1@example.com · lead_score 72 · lead_grade A · reasons asked for a demo, ünïcödé · region none',
    ]);
    expect(composeDigest(lines, { ...CONTEXT, lane: 'urgent' }, 4_000).text).toMatch(/^Urgent: 50 × /);
  });

  it('is never longer than allowed, and counts whom it has no room for', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 60 }), fc.integer({ min: 200, max: 4_000 }), (keys, room) => {
        const all = keys.map((match_key) => encodeLine({ match_key, fields: {} }));
        const { text, named } = composeDigest(all, CONTEXT, room);
        const rows = text.split('\n');
        expect(text.length).toBeLessThanOrEqual(room);
        expect(rows.slice(1, named + 1)).toEqual(all.slice(0, named));
        expect(rows.slice(named + 1)).toEqual(named === all.length ? [] : [`and ${all.length - named} more`]);
      }),
    );
  });

  it('lets no value mention anybody, link anything or begin another line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('<!channel>', '<@U1>', '\n• eve', '\u2028'),
        (some, bad) => {
          const value = `${some}${bad}${some}`;
          const line = encodeLine({ match_key: value, fields: { note: value, list: [value] } });
          expect(line).not.toMatch(/[<>\n\r\u2028\u2029]/);
          expect(line.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
        },
      ),
    );
  });
});

describe('readSlackAnswer', () => {
  const records = ['ann', 'bob'].map(createRecord);
  const read = (body: string, headers: Record<string, string> = {}, status = 200): Reading =>
    readSlackAnswer({ status, headers, body, receivedAt: 0 }, records, 1);
  const refused = (error: string): Reading => read(JSON.stringify({ ok: false, error }));

  it('accepts who is named and who is counted, and says which', () => {
    expect(read('{"ok":true,"ts":"1.2","channel":"C1"}')).toMatchObject({
      outcomes: [
        { outcome: 'accepted', detail: '' },
        { outcome: 'accepted', detail: expect.stringContaining('Counted') as string },
      ],
    });
  });

  it.each([
    ['throttled', 'ratelimited rate_limited'],
    [
      'paused',
      'invalid_auth account_inactive token_revoked channel_not_found not_in_channel missing_scope is_archived',
    ],
    ['batch_rejected', 'msg_too_long no_text invalid_blocks'],
    ['retryable', 'fatal_error internal_error service_unavailable'],
    ['unknown', 'a_word_of_tomorrow'],
  ])('reads as %s: %s', (kind, codes) => {
    for (const code of codes.split(' ')) expect([code, refused(code).kind]).toEqual([code, kind]);
  });

  it.each([
    ['ok without an id of the message', '{"ok":true}'],
    ['ok that is a word', '{"ok":"true","ts":"1.2"}'],
    ['a page', '<html>ok</html>'],
    ['nothing', ''],
  ])('never takes %s for success', (_name, body) => {
    expect(read(body).kind).toBe('unknown');
  });

  it('waits as long as it is told, and ten seconds where it is not', () => {
    const body = '{"ok":false,"error":"ratelimited"}';
    expect(read(body, { 'retry-after': '30' })).toMatchObject({ waitMs: 30_000 });
    expect(read(body)).toMatchObject({ waitMs: 10_000 });
    expect(read('', { 'retry-after': '30' }, 429)).toMatchObject({ kind: 'throttled', waitMs: 30_000 });
  });

  it('never throws, and never reads garbage as accepted', () => {
    const object = fc.record({ ok: fc.jsonValue(), error: fc.jsonValue(), ts: fc.jsonValue() }, { requiredKeys: [] });
    const garbage = fc.oneof(
      fc.string(),
      fc.json(),
      object.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(garbage, fc.constantFrom(200, 204, 301, 400, 404, 429, 500), (body, status) => {
        const value = ((): { ok?: unknown; ts?: unknown } | null => {
          try {
            return JSON.parse(body) as { ok?: unknown; ts?: unknown } | null;
          } catch {
            return null;
          }
        })();
        const isPosted = status < 300 && value?.ok === true && typeof value.ts === 'string' && value.ts !== '';
        if (!isPosted) expect(JSON.stringify(read(body, {}, status))).not.toContain('"accepted"');
      }),
      { numRuns: 500 },
    );
  });
});

describe('slack', () => {
  let api: SlackServer;
  let client: HttpClient;
  beforeAll(() => (client = createHttpClient()));
  afterAll(() => client.close());
  beforeEach(async () => (api = await createSlackServer({ channels: ['C0123456789', 'C0000000002'] })));
  afterEach(() => api.close());

  const settingsOf = (more: object = {}) =>
    slack.settings.parse({
      url: api.url,
      token: TOKEN,
      channel: 'C0123456789',
      allow_private_addresses: true,
      ...more,
    });
  /** Delivers as many batches as there are, by the clock of the test: whoever waits moves it on. */
  const send = async (settings: unknown, count: number, more: Partial<WireContext> = {}) => {
    const context: WireContext = { ...CONTEXT, object: 'hot_leads', ...more };
    const [route] = slack.routes(settings);
    if (route === undefined) throw new Error('slack has no route');
    let now = 0;
    const sentAt: number[] = [];
    const account = createAccount({
      client: {
        ...client,
        send: (...given) => {
          sentAt.push(now);
          return client.send(...given);
        },
      },
      limits: new Limits(slack.limits(settings)),
      timeoutMs: 5_000,
      allowPrivateAddresses: true,
      auth: slack.auth?.(settings) ?? { token: () => Promise.reject(new Error('slack has no auth')) },
      now: () => now,
      sleep: (ms) => Promise.resolve(void (now += ms)),
    });
    const items = Array.from({ length: count }, (_, at) => createRecord(`p${at + 1}`)).map((record) => ({
      record,
      encoded: route.encode(record, settings, context) as string,
    }));
    const readings: Reading[] = [];
    for (const batch of cutWireBatches(items, route.cut).batches) {
      const tools = createTools({ account, sink: NO_SINK, now: () => now, signal: new AbortController().signal });
      readings.push(await deliverBatch(slack, route, { items: batch, context }, settings, tools));
    }
    return { readings, gaps: sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0)) };
  };

  it('tells of 500 records in ten messages, one a second', async () => {
    const { readings, gaps } = await send(settingsOf(), 500);
    expect(readings.every(({ kind }) => kind === 'records')).toBe(true);
    expect(api.messages).toHaveLength(10);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  });

  it('posts to the channel of the object, and says which objects have none', async () => {
    const settings = settingsOf({ channels: { accounts: 'C0000000002' } });
    await send(settings, 1, { object: 'accounts' });
    await send(settings, 1);
    expect(api.messages.map(({ channel }) => channel)).toEqual(['C0000000002', 'C0123456789']);
    const only = settingsOf({ channel: undefined, channels: { accounts: 'C0000000002' } });
    const mapping = { match: 'email', mode: 'update' } as const;
    expect(slack.mappingProblem?.(only, { object: 'accounts', ...mapping })).toBeNull();
    expect(slack.mappingProblem?.(only, { object: 'hot_leads', ...mapping })).toContain('"hot_leads"');
    expect(() => settingsOf({ channel: undefined })).toThrow(/give a channel/);
  });

  it('counts each channel on its own', () => {
    const [route] = slack.routes(settingsOf());
    const settings = settingsOf({ channels: { accounts: 'C0000000002' } });
    const callOf = (object: string) => route?.call?.({ items: [], context: { ...CONTEXT, object } }, settings);
    expect([callOf('accounts'), callOf('other')]).toEqual([{ channel: 'C0000000002' }, { channel: 'C0123456789' }]);
    const limits = new Limits(slack.limits(settings));
    expect(limits.take({ channel: 'a' }, 0).ok).toBe(true);
    expect(limits.take({ channel: 'b' }, 0).ok).toBe(true);
    expect(limits.take({ channel: 'a' }, 999).ok).toBe(false);
  });

  it('pauses for a channel that is not there, and refuses a message for one record of it', async () => {
    const { readings } = await send(settingsOf({ channel: 'C0999999999' }), 2);
    expect(readings).toMatchObject([{ kind: 'paused' }]);
    api.judge('p2@example.com', ['msg_too_long']);
    expect((await send(settingsOf(), 3)).readings).toMatchObject([{ kind: 'batch_rejected' }]);
    expect((await send(settingsOf(), 1)).readings).toMatchObject([{ kind: 'records' }]);
  });

  describe('the made server and @slack/web-api', () => {
    const quiet = () => ({ slackApiUrl: api.url, retryConfig: { retries: 0 }, logLevel: LogLevel.ERROR });
    const web = () => new WebClient(TOKEN, { ...quiet(), rejectRateLimitedCalls: true });

    it('posts, and people see what was escaped', async () => {
      const text = '1 × hot_leads\n• ann@example.com · note a &lt;!channel&gt; &amp; b';
      const answer = await web().chat.postMessage({ channel: 'C0123456789', text });
      expect(answer).toMatchObject({ ok: true, channel: 'C0123456789', ts: expect.any(String) as string });
      expect(api.stored('ann@example.com')).toEqual({
        text: '1 × hot_leads\n• ann@example.com · note a <!channel> & b',
      });
    });

    it.each([
      ['a channel that is not there', { channel: 'C0999999999', text: 'a' }, 'channel_not_found'],
      ['no text', { channel: 'C0123456789', text: '' }, 'no_text'],
    ])('refuses %s', async (_name, message, error) => {
      await expect(web().chat.postMessage(message)).rejects.toMatchObject({ data: { ok: false, error } });
    });

    it('cuts a text that is too long, with a warning', async () => {
      const answer = await web().chat.postMessage({ channel: 'C0123456789', text: 'a'.repeat(40_001) });
      expect(answer.response_metadata).toMatchObject({ warnings: ['message_truncated'] });
      expect(api.messages[0]?.text).toHaveLength(40_000);
    });

    it('says how long to wait', async () => {
      api.setFaults({ '1': { status: 429, headers: { 'retry-after': '30' } } });
      await expect(web().chat.postMessage({ channel: 'C0123456789', text: 'a' })).rejects.toMatchObject({
        code: 'slack_webapi_rate_limited_error',
        retryAfter: 30,
      });
    });

    it('knows nobody without a token', async () => {
      const stranger = new WebClient(undefined, quiet());
      const sent = stranger.chat.postMessage({ channel: 'C0123456789', text: 'a' });
      await expect(sent).rejects.toMatchObject({ data: { error: 'not_authed' } });
    });
  });
});
