import { setTimeout as sleep } from 'node:timers/promises';

import type { HttpClient, WireRequest } from '@millrace/platform-http';

import type { RunEvent } from './event';
import { lineageDropped, lineageSent } from './metrics';

/** The part of a logger that is needed. */
export interface LineageLog {
  warn(details: object, message: string): void;
  info(details: object, message: string): void;
}

export interface EmitterDeps {
  /** The endpoint, without `/api/v1/lineage`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly client: HttpClient;
  readonly log: LineageLog;
  /** Events that wait at most; what comes on top is dropped. Default: 1,000. */
  readonly capacity?: number;
  /** Of one call. Default: 5 s. */
  readonly timeoutMs?: number;
  /** Calls for one event, as long as the endpoint answers. Default: 3. */
  readonly attempts?: number;
  /** Before the second call; doubles. Default: 500 ms. */
  readonly backoffMs?: number;
  /** What waits at the end has so long. Default: 2 s. */
  readonly closeWithinMs?: number;
}

/** Sends events one after the other, beside whatever the process does. Nothing ever waits for it, or fails by it. */
export interface Emitter {
  /** Returns at once. `make` runs when the event's turn has come; without an event nothing is sent. */
  emit(make: () => Promise<RunEvent | undefined>): void;
  /** Ends when what waits is sent, or its time is up. */
  close(): Promise<void>;
}

type DropReason = 'queue_full' | 'refused' | 'unreachable' | 'not_made' | 'stopped';
type Fate = { readonly sent: true } | { readonly sent: false; readonly reason: DropReason; readonly detail: string };

export function createEmitter(deps: EmitterDeps): Emitter {
  const { client, log, capacity = 1_000, attempts = 3, backoffMs = 500, closeWithinMs = 2_000 } = deps;
  const waiting: (() => Promise<RunEvent | undefined>)[] = [];
  const stopping = new AbortController();
  let working: Promise<void> | undefined;
  /** Said once, until an event arrives again. */
  let isLosing = false;

  const drop = (reason: DropReason, detail: string): void => {
    lineageDropped.inc({ reason });
    if (isLosing) return;
    isLosing = true;
    log.warn({ reason, detail }, 'lineage events are dropped; nothing else is affected: see OPENLINEAGE_URL');
  };

  const post = async (event: RunEvent): Promise<Fate & { readonly isFinal?: boolean }> => {
    const answer = await client.send(requestOf(deps, event), {
      timeoutMs: deps.timeoutMs ?? 5_000,
      // The address is the operator's, from the environment: catalogues stand inside networks.
      allowPrivateAddresses: true,
      signal: stopping.signal,
    });
    if (answer.kind === 'failure') return { sent: false, reason: 'unreachable', detail: answer.detail };
    const { status } = answer.response;
    if (status >= 200 && status < 300) return { sent: true };
    const isFinal = status < 500 && status !== 408 && status !== 429;
    return { sent: false, reason: isFinal ? 'refused' : 'unreachable', detail: `it answers ${status}`, isFinal };
  };

  const deliver = async (event: RunEvent): Promise<Fate> => {
    // An endpoint that was away a moment ago is asked once: what waits would only wait longer.
    const most = isLosing ? 1 : attempts;
    for (let number = 1; ; number++) {
      const fate = await post(event);
      if (fate.sent || fate.isFinal === true || number >= most || stopping.signal.aborted) return fate;
      await sleep(backoffMs * 2 ** (number - 1), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const work = async (): Promise<void> => {
    for (let make = waiting.shift(); make !== undefined; make = waiting.shift()) {
      if (stopping.signal.aborted) {
        drop('stopped', 'the process ends');
        continue;
      }
      try {
        const event = await make();
        if (event === undefined) continue;
        const fate = await deliver(event);
        if (!fate.sent) {
          drop(fate.reason, fate.detail);
          continue;
        }
        lineageSent.inc({ type: event.eventType });
        if (isLosing) log.info({}, 'lineage events arrive again');
        isLosing = false;
      } catch (error) {
        drop('not_made', error instanceof Error ? error.message : String(error));
      }
    }
    working = undefined;
  };

  return {
    emit(make) {
      if (stopping.signal.aborted) return drop('stopped', 'the process ends');
      if (waiting.length >= capacity) return drop('queue_full', `${capacity} events wait`);
      waiting.push(make);
      working ??= Promise.resolve().then(work);
    },
    async close() {
      const timer = setTimeout(() => stopping.abort(), closeWithinMs);
      while (working !== undefined) await working;
      clearTimeout(timer);
      stopping.abort();
    },
  };
}

function requestOf({ url, apiKey }: EmitterDeps, event: RunEvent): WireRequest {
  return {
    method: 'POST',
    url: `${url}/api/v1/lineage`,
    headers: {
      'content-type': 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(event),
  };
}
