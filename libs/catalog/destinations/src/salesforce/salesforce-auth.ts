import { createSign } from 'node:crypto';

import {
  plainWords,
  readTokenAnswer,
  type Auth,
  type TokenAnswer,
  type WireAnswer,
  type WireRequest,
} from '@millrace/platform-http';
import { z } from 'zod';

import { parseBody } from '../wire/read-status';
import { isLoopback, type SalesforceSettings } from './salesforce-settings';

/** Stands for the instance until its address comes with the token; a name of this kind is never given out (RFC 2606). */
export const INSTANCE = 'https://instance.invalid';

const JWT_SECONDS = 180;
const SALESFORCE_HOST = /(^|\.)(salesforce|force)\.com$/;

const answerSchema = z.object({ instance_url: z.string() });

/**
 * Client credentials or a signed JWT (RFC 7523) for a token, which names the instance that requests go to. A token is good for the
 * organization's session time; it says none, and a 401 has it renewed.
 */
export function salesforceAuth(settings: SalesforceSettings): Auth {
  return {
    token: async (send, now) => readToken(await send(tokenRequest(settings, now)), settings),
    authorize: (request, { value, origin }) => ({
      ...request,
      url: request.url.replace(INSTANCE, () => origin ?? INSTANCE),
      headers: { ...request.headers, authorization: `Bearer ${value}` },
    }),
  };
}

function tokenRequest(settings: SalesforceSettings, now: number): WireRequest {
  const { login_url, client_id, client_secret } = settings;
  const form: Record<string, string> =
    client_secret === undefined
      ? { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: signedJwt(settings, now) }
      : { grant_type: 'client_credentials', client_id, client_secret };
  return {
    method: 'POST',
    url: `${login_url}/services/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
  };
}

function signedJwt(
  { client_id, username, private_key = '', login_url, audience }: SalesforceSettings,
  now: number,
): string {
  const claims = {
    iss: client_id,
    sub: username,
    aud: audience ?? login_url,
    exp: Math.floor(now / 1000) + JWT_SECONDS,
  };
  const signed = [{ alg: 'RS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(private_key, 'base64url')}`;
}

function readToken(answer: WireAnswer, settings: SalesforceSettings): TokenAnswer {
  const read = readTokenAnswer(answer);
  if (read.kind !== 'token' || answer.kind !== 'response') return read;
  const named = answerSchema.safeParse(parseBody(answer.response.body)).data?.instance_url;
  const origin = named === undefined ? undefined : allowedOrigin(named, settings);
  if (origin !== undefined) return { kind: 'token', token: { ...read.token, origin } };
  const detail =
    named === undefined
      ? 'The token came without an instance_url'
      : `The token came with the instance_url ${plainWords(named).slice(0, 200)}, which is neither https of salesforce.com or force.com nor in allowed_hosts`;
  return { kind: 'failure', wasSent: false, isForbidden: true, detail };
}

/** The origin of an instance that scores may be sent to; undefined: they may not. */
export function allowedOrigin(
  text: string,
  { allowed_hosts, allow_private_addresses }: Pick<SalesforceSettings, 'allowed_hosts' | 'allow_private_addresses'>,
): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isNamed = allowed_hosts.includes(url.host);
  if (url.protocol === 'https:') return SALESFORCE_HOST.test(url.host) || isNamed ? url.origin : undefined;
  return url.protocol === 'http:' && isNamed && isLoopback(url) && allow_private_addresses ? url.origin : undefined;
}
