import { setTimeout as sleepFor } from 'node:timers/promises';

import type { HttpClient, SendOptions } from './client/http-client';
import type { Call } from './limits/limit';
import type { Limits, Turn } from './limits/limits';
import type { Auth, Token } from './token/token';
import { TokenKeeper } from './token/token-keeper';
import type { WireAnswer, WireHeld, WireRequest } from './wire';

export interface AccountOptions extends Pick<SendOptions, 'timeoutMs' | 'allowPrivateAddresses' | 'onCall'> {
  readonly client: HttpClient;
  /** Shared by all accounts that are one on the other side. */
  readonly limits: Limits;
  readonly auth?: Auth;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Ends early, without an error, when the signal is raised. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface RequestOptions extends Call {
  /** Epoch milliseconds. A turn that comes later is not waited for: the answer says so at once. Default: none. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
}

/** One account of an API: its limits, its token and what is counted, for everybody who calls it. */
export interface Account {
  readonly limits: Limits;
  /** Waits for a turn and sends. A refused token is renewed once; the second refusal is the answer. Never throws. */
  request(request: WireRequest, options?: RequestOptions): Promise<WireAnswer>;
  /** Sends in a turn that its taker releases; calls after the turn's first are counted and wait for nothing. */
  requestIn(turn: Turn, request: WireRequest, signal?: AbortSignal): Promise<WireAnswer>;
}

/** A limit may have room earlier than it said, when a turn is given back: look again after so long. */
const LONGEST_SLEEP_MS = 200;

export function createAccount(options: AccountOptions): Account {
  const { client, limits, auth, now = Date.now, sleep = sleepUntilAborted } = options;
  const { timeoutMs, allowPrivateAddresses, onCall } = options;

  const send = (turn: Turn | undefined, request: WireRequest, signal?: AbortSignal): Promise<WireAnswer> => {
    if (turn === undefined) limits.note({}, now());
    else turn.count(now());
    return client.send(request, {
      timeoutMs,
      allowPrivateAddresses,
      ...(signal === undefined ? {} : { signal }),
      ...(onCall === undefined ? {} : { onCall }),
    });
  };
  // A token is fetched for all callers: none of them gives it up for the others, or pays for it alone.
  const keeper = auth && new TokenKeeper(() => auth.token((request) => send(undefined, request), now()));

  const takeTurn = async ({ deadline = Infinity, signal, ...call }: RequestOptions): Promise<Turn | WireHeld> => {
    for (;;) {
      const grant = limits.take(call, now());
      if (grant.ok) return grant.turn;
      const { waitMs, because } = grant;
      if (signal?.aborted === true || now() + waitMs > deadline) return { kind: 'held', waitMs, detail: because };
      await sleep(Math.min(waitMs, LONGEST_SLEEP_MS), signal);
    }
  };

  const requestIn: Account['requestIn'] = async (turn, request, signal) => {
    if (auth === undefined || keeper === undefined) return send(turn, request, signal);
    const { authorize = bearer, isRefused = isUnauthorized } = auth;
    const first = await keeper.current(now());
    if (first.kind !== 'token') return first;
    const sendWith = async (token: Token): Promise<WireAnswer> =>
      withoutToken(await send(turn, authorize(request, token), signal), token);
    const answer = await sendWith(first.token);
    if (answer.kind !== 'response' || !isRefused(answer.response)) return answer;
    const second = await keeper.after(first.token);
    return second.kind === 'token' ? sendWith(second.token) : second;
  };

  return {
    limits,
    requestIn,
    async request(request, how = {}) {
      const turn = await takeTurn(how);
      if ('kind' in turn) return turn;
      try {
        return await requestIn(turn, request, how.signal);
      } finally {
        turn.release();
      }
    },
  };
}

const bearer: NonNullable<Auth['authorize']> = (request, { value }) => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${value}` },
});

/** What is shorter would be found in other words. */
const SHORTEST_TOKEN = 8;

/** Some APIs say in their answer which token they refuse; an answer is recorded and shown. */
function withoutToken(answer: WireAnswer, { value }: Token): WireAnswer {
  if (answer.kind !== 'response' || value.length < SHORTEST_TOKEN) return answer;
  return { ...answer, response: { ...answer.response, body: answer.response.body.replaceAll(value, '[redacted]') } };
}

const isUnauthorized: NonNullable<Auth['isRefused']> = ({ status }) => status === 401;

async function sleepUntilAborted(ms: number, signal?: AbortSignal): Promise<void> {
  await sleepFor(ms, undefined, signal && { signal }).catch(() => undefined);
}
