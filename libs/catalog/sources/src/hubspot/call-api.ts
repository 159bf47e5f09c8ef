import {
  answerInWords,
  dayInZone,
  readTokenAnswer,
  retryAfterMs,
  type Auth,
  type Limit,
  type WireAnswer,
} from '@millrace/platform-http';

import { isObject, type JsonObject } from '../mapping/values';
import type { Page, SourceTools } from '../source';
import type { HubspotSettings } from './settings';

/** The limit that counts searches beside all calls: 5 a second of an account. */
const SEARCH = 'search';
/** v1 of it ends on 2027-02-16. */
const TOKEN_PATH = '/oauth/2026-03/token';
const MAX_AT_ONCE = 4;

export const hubspotLimits = ({ calls_per_ten_seconds }: HubspotSettings): readonly Limit[] => [
  { name: 'ten seconds', kind: 'seconds', calls: calls_per_ten_seconds, seconds: 10 },
  { name: SEARCH, kind: 'seconds', calls: 4, seconds: 1, counts: 'named' },
  { name: 'at once', kind: 'at_once', calls: MAX_AT_ONCE },
];

/** A private app's token is for good; an OAuth app gets access tokens that live for half an hour. */
export function hubspotAuth({ token, url, client_id, client_secret, refresh_token }: HubspotSettings): Auth {
  if (token !== undefined) {
    const value = { kind: 'token', token: { value: token, expiresAt: Number.MAX_SAFE_INTEGER } } as const;
    return { token: () => Promise.resolve(value), isRefused: () => false };
  }
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: client_id ?? '',
    client_secret: client_secret ?? '',
    refresh_token: refresh_token ?? '',
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    token: async (send) =>
      readTokenAnswer(await send({ method: 'POST', url: url + TOKEN_PATH, headers, body: form.toString() })),
  };
}

/** What a page could not be made of: the page says it. */
export type NoPage = Exclude<Page, { kind: 'page' }>;
export type Called = { readonly ok: true; readonly body: JsonObject } | { readonly ok: false; readonly page: NoPage };

export async function callApi(
  tools: SourceTools,
  { url }: HubspotSettings,
  path: string,
  body?: object,
): Promise<Called> {
  const answer = await tools.request(
    {
      method: body === undefined ? 'GET' : 'POST',
      url: url + path,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? '' : JSON.stringify(body),
    },
    path.endsWith('/search') ? { limit: SEARCH } : {},
  );
  return readAnswer(answer);
}

const no = (page: NoPage): Called => ({ ok: false, page });

function readAnswer(answer: WireAnswer): Called {
  if (answer.kind === 'held') return no({ kind: 'throttled', waitMs: answer.waitMs, detail: answer.detail });
  if (answer.kind === 'failure') return no({ kind: answer.isForbidden ? 'refused' : 'failed', detail: answer.detail });
  const { status, headers, body, receivedAt } = answer.response;
  const detail = answerInWords(answer.response);
  const json = parse(body);
  if (status === 429 || (status === 403 && /RATE_LIMIT|quota/i.test(body))) {
    const isDaily = /daily/i.test(body);
    const usual = isDaily ? dayInZone('UTC', receivedAt).ends - receivedAt : 10_000;
    return no({ kind: 'throttled', waitMs: retryAfterMs(headers, receivedAt) ?? usual, detail });
  }
  if (status === 401 || status === 403) return no({ kind: 'refused', detail });
  if (status >= 200 && status < 300 && json !== null) return { ok: true, body: json };
  const waitMs = retryAfterMs(headers, receivedAt);
  return no(
    waitMs === null || waitMs === undefined ? { kind: 'failed', detail } : { kind: 'throttled', waitMs, detail },
  );
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
