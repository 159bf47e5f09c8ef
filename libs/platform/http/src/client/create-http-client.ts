import { Agent, request as undiciRequest } from 'undici';

import type { WireRequest } from '../wire';
import { isPublicAddress } from './address';
import { startClock } from './clock';
import { codesOf, failureOf } from './failure';
import { createGuardedConnector } from './guarded-connector';
import type { HttpClient, HttpClientOptions, SendOptions } from './http-client';
import { notingStart } from './noting-start';
import { readBody } from './read-body';

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Shorter than the 5 s after which many servers close: a request is not sent into a closing connection. */
const KEEP_ALIVE_MS = 4_000;

/** HTTP over undici with kept-alive connections; one client serves a process. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const { connections = 64, connectTimeoutMs = CONNECT_TIMEOUT_MS, maxAnswerBytes = MAX_ANSWER_BYTES } = options;
  const { isAddressAllowed = isPublicAddress, lookup } = options;
  const agentFor = (isAllowed: (address: string) => boolean): Agent =>
    new Agent({
      connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // One timeout counts, the total one of a request.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: createGuardedConnector({ timeoutMs: connectTimeoutMs, isAllowed, lookup }),
    });
  const open = agentFor(() => true);
  const guarded = agentFor(isAddressAllowed);
  return {
    send: (request, how) => send(how.allowPrivateAddresses ? open : guarded, request, how, maxAnswerBytes),
    async close() {
      await Promise.all([open.close(), guarded.close()]);
    },
  };
}

async function send(
  agent: Agent,
  { url, method, headers, body }: WireRequest,
  { timeoutMs, allowPrivateAddresses, signal, onCall }: SendOptions,
  maxAnswerBytes: number,
): ReturnType<HttpClient['send']> {
  const host = hostOf(url);
  const startedAt = Date.now();
  const clock = startClock(timeoutMs, signal);
  let wasSent = false;
  const ended = (status: number | null, cause: string): void =>
    onCall?.({ host, status, durationMs: Date.now() - startedAt, wasSent, cause });
  try {
    // Undici looks at its signal only once a connection is open: before that the clock itself must end the wait.
    const answer = await Promise.race([
      undiciRequest(url, {
        dispatcher: agent.compose(notingStart(() => (wasSent = true))),
        method,
        headers: { ...headers },
        ...(method === 'GET' ? {} : { body }),
        signal: clock.signal,
      }),
      clock.ends,
    ]);
    const received = flatHeaders(answer.headers);
    const encoding = received['content-encoding'] ?? '';
    const { text, isCut } = await Promise.race([readBody(answer.body, encoding, maxAnswerBytes), clock.ends]);
    ended(answer.statusCode, '');
    return {
      kind: 'response',
      response: { status: answer.statusCode, headers: received, body: text, isCut, receivedAt: Date.now() },
    };
  } catch (error) {
    ended(null, codesOf(error)[0] ?? 'UNKNOWN');
    return failureOf(error, { wasSent, host, isGuarded: !allowPrivateAddresses });
  } finally {
    clock.stop();
  }
}

function flatHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');
