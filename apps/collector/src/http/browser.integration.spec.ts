import { useStack } from '@millrace/platform-testing';
import type { RunningService } from '@millrace/platform-observability';

import { hashWriteKey } from '../write-keys/write-key';
import { basic, post, runCollector, WEBSITE_KEY } from '../testing/run-collector';

const stack = useStack();
const REVOKED = 'mwk_revoked';
const PAGE = 'https://www.example.com';
const lines: string[] = [];
let collector: RunningService;
let published: RunningService;

beforeAll(async () => {
  const logDestination = { write: (line: string) => void lines.push(line) };
  collector = await runCollector(stack, { LOG_LEVEL: 'trace' }, { logDestination });
  published = await runCollector(stack, {
    COLLECTOR_PUBLIC_URL: 'https://signals.example.com/collect',
    COLLECTOR_CORS_ORIGINS: PAGE,
  });
});
afterAll(async () => {
  await collector?.close();
  await published?.close();
});

const ask = (path: string, headers: Record<string, string> = {}, of = collector): Promise<Response> =>
  fetch(`${of.url}${path}`, { headers: { origin: PAGE, ...headers } });
const settingsPath = (key: string): string => `/v1/projects/${encodeURIComponent(key)}/settings`;

describe('the settings that a browser SDK asks for', () => {
  it.each([settingsPath(WEBSITE_KEY), `${settingsPath(WEBSITE_KEY)}/`, `/analytics.js/v1/${WEBSITE_KEY}/settings`])(
    'GET %s names this collector',
    async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await answer.json()).toMatchObject({
        integrations: {
          'Segment.io': { apiKey: WEBSITE_KEY, apiHost: `${new URL(collector.url).host}/v1`, protocol: 'http' },
        },
      });
    },
  );

  it('name the public address where one is configured, and its pages only', async () => {
    const answer = await ask(settingsPath(WEBSITE_KEY), { 'x-forwarded-proto': 'http' }, published);
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(await answer.json()).toMatchObject({
      integrations: { 'Segment.io': { apiHost: 'signals.example.com/collect/v1', protocol: 'https' } },
    });
    const elsewhere = await ask(settingsPath(WEBSITE_KEY), { origin: 'https://evil.example' }, published);
    expect(elsewhere.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  });

  it.each(['unknown-key', REVOKED, hashWriteKey(WEBSITE_KEY), '%', 'a/b', '..', '<script>', 'k'.repeat(99)])(
    'are refused for %s just as /v1/batch refuses it, without saying the key',
    async (key) => {
      const answer = await ask(settingsPath(key));
      const text = await answer.text();
      const sent = await post(`${collector.url}/v1/batch`, '{"batch":[]}', basic(key));
      if (key !== '..')
        expect({ status: answer.status, body: JSON.parse(text) }).toEqual({ status: 401, body: sent.body });
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      if (key.length > 4) expect(text).not.toContain(key);
    },
  );
});

describe('a path with a key in it that nothing answers', () => {
  it.each([
    `/v1/projects/${WEBSITE_KEY}/setting`,
    `/v1/projects/${WEBSITE_KEY}`,
    `/analytics.js/v1/${WEBSITE_KEY}/analytics.min.js`,
    `/v1/projects/${WEBSITE_KEY}%E0%A4%A/settings`,
    `/v1/projects/${WEBSITE_KEY}${'x'.repeat(200)}/settings`,
    `/${WEBSITE_KEY}?writeKey=${WEBSITE_KEY}`,
  ])('%s is not echoed', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await answer.text()).not.toContain(WEBSITE_KEY);
    const sent = await fetch(`${collector.url}${path}`, { method: 'POST', body: '{}' });
    expect(await sent.text()).not.toContain(WEBSITE_KEY);
  });
});

it.each(['t', 'p', 'i', 'g', 'a', 's', 'b', 'm'])('lets a page of another origin send to /v1/%s', async (path) => {
  const preflight = await fetch(`${collector.url}/v1/${path}`, {
    method: 'OPTIONS',
    headers: {
      origin: PAGE,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-retry-count',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  const call = {
    writeKey: WEBSITE_KEY,
    userId: 'u_1',
    messageId: `m-${path}`,
    event: 'E',
    groupId: 'g',
    previousId: 'a',
  };
  const bodies: Record<string, object> = { b: { ...call, batch: [{ ...call, type: 'page' }] }, m: { series: [] } };
  const answer = await post(`${collector.url}/v1/${path}`, JSON.stringify(bodies[path] ?? call), {
    'content-type': 'text/plain',
    origin: PAGE,
  });
  expect(answer).toMatchObject({ status: 200, body: { success: true } });
  expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
  if (path !== 'm') expect(answer.body).toMatchObject({ accepted: 1, quarantined: 0 });
});

it('has no key in its logs or metrics', async () => {
  const metrics = await (await fetch(`${collector.url}/metrics`)).text();
  expect(metrics + lines.join('')).not.toContain(WEBSITE_KEY);
  expect(metrics).not.toContain('/v1/');
});
