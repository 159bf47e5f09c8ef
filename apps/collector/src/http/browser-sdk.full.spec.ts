import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { signalTopicName, type Signal } from '@millrace/contract-signal';
import { useStack, waitFor } from '@millrace/platform-testing';
import type { RunningService } from '@millrace/platform-observability';
import type { AnalyticsBrowser } from '@segment/analytics-next';
import type { Browser, Page, Request } from 'playwright-core';

import { openBrowser } from '../testing/browser/open-browser';
import { servePages, type Pages } from '../testing/browser/serve-pages';
import { readTopic } from '../testing/read-topic';
import { runCollector, WEBSITE_KEY } from '../testing/run-collector';

/** What the page's script puts there. */
interface SiteWindow {
  readonly AnalyticsBrowser: typeof AnalyticsBrowser;
  analytics: AnalyticsBrowser;
  /** Errors that the page's own code was told. */
  failures: string[];
}
declare const window: SiteWindow & {
  readonly location: { href: string };
  addEventListener(type: string, listener: () => void): void;
};
declare const navigator: { sendBeacon(url: string, body: string): boolean };

/** The SDK within reach of the spec. */
const SDK_IN_REACH = `
  import { AnalyticsBrowser } from '@segment/analytics-next';
  window.AnalyticsBrowser = AnalyticsBrowser;
`;

/** What the guide shows, with this collector's address and key, and the visitor told to the spec. */
function guideScript(collectorUrl: string): string {
  const guide = readFileSync(join(__dirname, '../../../../docs/guide/publish-signals.md'), 'utf8');
  const [, script = ''] = /^```js\n([\s\S]*?)^```/m.exec(guide.slice(guide.indexOf('### In a browser'))) ?? [];
  return `${script.replace('http://127.0.0.1:8080', collectorUrl).replace('local-website-key', WEBSITE_KEY)}
    window.analytics = analytics;`;
}

const stack = useStack();
let collector: RunningService;
let pages: Pages;
let browser: Browser;
let page: Page;
let requests: Request[];
let uncaught: string[];

beforeAll(async () => {
  collector = await runCollector(stack);
  pages = await servePages({ pricing: SDK_IN_REACH, guide: guideScript(collector.url) });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  pages?.close();
  await collector?.close();
});

beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
  requests = [];
  uncaught = [];
  page.on('request', (request) => requests.push(request));
  page.on('pageerror', (error) => uncaught.push(error.message));
  await page.goto(`${pages.url}/pricing?utm_campaign=autumn`);
});
afterEach(() => page.context().close());

const recordsOf = async (anonymousId: string): Promise<Signal[]> =>
  (await readTopic(stack, signalTopicName('website', stack.topicPrefix))).flatMap(({ signal }) =>
    signal?.anonymous_id === anonymousId ? [signal] : [],
  );
const arrived = (anonymousId: string, count: number): Promise<Signal[]> =>
  waitFor(`${count} signals of ${anonymousId}`, () => recordsOf(anonymousId), {
    until: (found) => found.length >= count,
    deadlineMs: 30_000,
  });
const sentTo = (): string[] => [...new Set(requests.map((request) => new URL(request.url()).origin))].sort();

/** Set up as the guide does; answers the visitor's anonymous id. */
const load = (writeKey: string, options: object = {}): Promise<string> =>
  page.evaluate(
    async ([key, url, given]) => {
      window.analytics = window.AnalyticsBrowser.load({ writeKey: key, cdnURL: url }, given);
      const user = await window.analytics.user();
      return String(user.anonymousId());
    },
    [writeKey, collector.url, options] as const,
  );

it('does what the guide shows', async () => {
  await page.goto(`${pages.url}/guide`);
  const visitor = await page.evaluate(async () => String((await window.analytics.user()).anonymousId()));
  const signals = await arrived(visitor, 3);
  expect(signals.map(({ type }) => type).sort()).toEqual(['demo_requested', 'identified', 'page_viewed']);
  expect(signals.every(({ url }) => url === `${pages.url}/guide`)).toBe(true);
  expect(sentTo()).toEqual([collector.url, pages.url].sort());
});

it('sends what a page does, as the guide sets it up, to this collector and nobody else', async () => {
  const visitor = await load(WEBSITE_KEY);
  await page.evaluate(async () => {
    await window.analytics.page('Pricing');
    await window.analytics.track(
      'Demo Requested',
      { email: 'ann@acme.example', plan: 'pro' },
      { integrations: { All: true, Other: false } },
    );
    await window.analytics.identify('u_1', { email: 'ann@acme.example' });
    await window.analytics.group('acc_1', { name: 'Acme' });
    await window.analytics.screen('Home');
    await window.analytics.alias('u_2');
  });
  const signals = await arrived(visitor, 5);
  const byType = new Map(signals.map((signal) => [signal.type, signal]));
  expect([...byType.keys()]).toEqual(
    expect.arrayContaining(['page_viewed', 'demo_requested', 'identified', 'account_joined', 'screen_viewed']),
  );
  expect(byType.get('page_viewed')).toMatchObject({
    url: `${pages.url}/pricing?utm_campaign=autumn`,
    source: 'website',
  });
  expect(byType.get('demo_requested')).toMatchObject({ email: 'ann@acme.example', anonymous_id: visitor });
  expect(byType.get('identified')).toMatchObject({ user_id: 'u_1' });
  const paths = requests.map((request) => new URL(request.url()).pathname);
  expect(paths).toEqual(
    expect.arrayContaining([
      `/v1/projects/${WEBSITE_KEY}/settings`,
      '/v1/p',
      '/v1/t',
      '/v1/i',
      '/v1/g',
      '/v1/s',
      '/v1/a',
    ]),
  );
  expect(requests.find((request) => request.url().endsWith('/v1/t'))?.headers()['content-type']).toBe('text/plain');
  expect(sentTo()).toEqual([collector.url, pages.url].sort());
  expect(uncaught).toEqual([]);
});

it('takes apiHost and protocol from the integrations option, and the metrics that the SDK then sends', async () => {
  const host = new URL(collector.url).host;
  const metrics = page.waitForResponse((response) => response.url().endsWith('/v1/m'), { timeout: 60_000 });
  const visitor = await page.evaluate(
    async ([key, apiHost]) => {
      const segment = { apiHost, protocol: 'http' } as const;
      // Settings of the page's own: nothing is asked for. Metrics go out when the SDK starts again.
      const cdnSettings = {
        integrations: { 'Segment.io': { apiKey: key } },
        metrics: { sampleRate: 1, flushTimer: 200 },
      };
      window.analytics = window.AnalyticsBrowser.load(
        { writeKey: key, cdnSettings },
        { integrations: { 'Segment.io': segment } },
      );
      await window.analytics.track('Inline Settings');
      return String((await window.analytics.user()).anonymousId());
    },
    [WEBSITE_KEY, `${host}/v1`] as const,
  );
  expect(await arrived(visitor, 1)).toMatchObject([{ type: 'inline_settings' }]);
  expect((await metrics).status()).toBe(200);
  expect(sentTo()).toEqual([collector.url, pages.url].sort());
});

it('keeps what is sent while the page goes away: a batch under keepalive, and a beacon', async () => {
  const options = {
    integrations: {
      'Segment.io': { deliveryStrategy: { strategy: 'batching', config: { size: 50, timeout: 60_000 } } },
    },
  };
  const visitor = await load(WEBSITE_KEY, options);
  await page.evaluate(
    async ([url, key, anonymousId]) => {
      await window.analytics.track('Left The Page');
      window.addEventListener('pagehide', () => {
        const call = { writeKey: key, anonymousId, event: 'Beacon Sent', messageId: `beacon-${anonymousId}` };
        navigator.sendBeacon(`${url}/v1/t`, JSON.stringify(call));
      });
    },
    [collector.url, WEBSITE_KEY, visitor] as const,
  );
  // The batch waits for company, so what arrives was sent while the page went away.
  expect(requests.filter((request) => request.method() === 'POST')).toEqual([]);
  await page.goto('about:blank');
  const types = (await arrived(visitor, 2)).map(({ type }) => type).sort();
  expect(types).toEqual(['beacon_sent', 'left_the_page']);
});

it.each(['mwk_unknown', '%', 'a/b'])('with the key %s the page goes on, and the SDK sends nothing', async (key) => {
  const failure = await page.evaluate(
    async ([writeKey, url]) => {
      window.analytics = window.AnalyticsBrowser.load({ writeKey, cdnURL: url });
      void window.analytics.track('Nobody Hears').catch(() => undefined);
      return window.analytics.then(
        () => 'loaded',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    },
    [key, collector.url] as const,
  );
  expect(failure).not.toBe('loaded');
  if (key === 'mwk_unknown') {
    expect(JSON.parse(failure)).toMatchObject({ code: 'SOURCE_UNAUTHORIZED', message: 'The write key is unknown' });
  }
  expect(await page.title()).toBe('Pricing');
  expect(requests.filter((request) => request.method() === 'POST')).toEqual([]);
  expect(uncaught).toEqual([]);
});
