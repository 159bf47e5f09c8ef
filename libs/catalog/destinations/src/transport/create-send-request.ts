import { Agent, buildConnector, request as undiciRequest, type Dispatcher } from 'undici';

import type { SendOptions, SendRequest, WireAnswer, WireRequest } from '../destination';
import { isPublicAddress } from './check-address';

/** A destination's answer is small; more than this is not read. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;
const FORBIDDEN = 'MILLRACE_PRIVATE_ADDRESS';
/** Errors that can only happen before a byte of the request has left. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  FORBIDDEN,
]);

export interface HttpTransport {
  readonly send: SendRequest;
  close(): Promise<void>;
}

/**
 * HTTP over undici with kept-alive connections. The address that a socket is really connected to is checked, not the
 * one a name resolved to earlier, so a name that changes its answer does not get through. Redirects are not followed.
 */
export function createHttpTransport(options: { readonly connections?: number } = {}): HttpTransport {
  const agentOptions = { connections: options.connections ?? 64, pipelining: 1, keepAliveTimeout: 4_000 };
  const open = new Agent({ ...agentOptions, connect: { timeout: CONNECT_TIMEOUT_MS } });
  const guarded = new Agent({ ...agentOptions, connect: createGuardedConnector() });
  return {
    send: (request, sendOptions) => sendOver(sendOptions.allowPrivateAddresses ? open : guarded, request, sendOptions),
    async close() {
      await Promise.all([open.close(), guarded.close()]);
    },
  };
}

function createGuardedConnector(): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
  return (target, callback) => {
    connect(target, (error, socket) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      const address = socket.remoteAddress ?? '';
      if (isPublicAddress(address)) {
        callback(null, socket);
        return;
      }
      socket.destroy();
      callback(
        Object.assign(new Error(`${target.hostname} is ${address}, a private address`), { code: FORBIDDEN }),
        null,
      );
    });
  };
}

async function sendOver(dispatcher: Dispatcher, request: WireRequest, options: SendOptions): Promise<WireAnswer> {
  try {
    const { statusCode, headers, body } = await undiciRequest(request.url, {
      dispatcher,
      method: request.method,
      headers: { ...request.headers },
      ...(request.method === 'GET' ? {} : { body: request.body }),
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      signal: AbortSignal.timeout(options.timeoutMs + CONNECT_TIMEOUT_MS),
    });
    const text = await readLimited(body);
    const response = { status: statusCode, headers: flatHeaders(headers), body: text, receivedAt: Date.now() };
    return { kind: 'response', response };
  } catch (error) {
    const codes = codesOf(error);
    return {
      kind: 'failure',
      wasSent: !codes.some((code) => BEFORE_SENDING.has(code)),
      isForbidden: codes.includes(FORBIDDEN),
      detail: describe(error, codes, options.timeoutMs),
    };
  }
}

async function readLimited(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES)
      throw Object.assign(new Error('The answer is too large'), { code: 'ANSWER_TOO_LARGE' });
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function flatHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** Codes of an error and its causes. By shape, not by class: Node's own errors may come from another realm. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const inner: unknown[] = Array.isArray(errors) ? errors : [cause];
  return [...(typeof code === 'string' ? [code] : []), ...inner.flatMap((link) => codesOf(link, depth + 1))];
}

function describe(error: unknown, codes: readonly string[], timeoutMs: number): string {
  if (codes.includes('UND_ERR_HEADERS_TIMEOUT') || codes.includes('UND_ERR_BODY_TIMEOUT')) {
    return `No answer within ${timeoutMs} ms after sending`;
  }
  const message = (error as { message?: string } | null)?.message || codes.join(', ');
  return codes[0] === undefined || codes[0] === FORBIDDEN ? message : `${codes[0]}: ${message}`;
}
