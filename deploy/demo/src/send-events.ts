import { Analytics } from '@segment/analytics-node';

import type { SegmentCall, SimulatedEvent } from '@millrace/simulation';

/** One real SDK client, as a product team would hold it. */
export interface Client {
  send(call: SegmentCall): void;
  /** Resolves when everything sent so far was answered; rejects when something was given up. */
  flush(): Promise<void>;
}

/** How long the SDK may retry in all before it gives up. */
const FLUSH_TIMEOUT_MS = 60_000;

export function createClient(options: { collectorUrl: string; writeKey: string }): Client {
  const failures: unknown[] = [];
  const analytics = new Analytics({
    host: options.collectorUrl,
    writeKey: options.writeKey,
    flushAt: 100,
    flushInterval: 1_000,
    maxRetries: 10,
  });
  analytics.on('error', (error) => failures.push(error));
  return {
    send: (call) => dispatch(analytics, call),
    async flush() {
      await analytics.flush({ timeout: FLUSH_TIMEOUT_MS });
      if (failures.length > 0) throw new Error('the SDK gave up on a batch', { cause: failures[0] });
    },
  };
}

/** The SDK has a method per type; the simulator's calls have the same fields. Its types want an id that our broken events lack. */
function dispatch(analytics: Analytics, call: SegmentCall): void {
  switch (call.type) {
    case 'track':
      return analytics.track(call as unknown as Parameters<Analytics['track']>[0]);
    case 'page':
      return analytics.page(call as unknown as Parameters<Analytics['page']>[0]);
    case 'identify':
      return analytics.identify(call as unknown as Parameters<Analytics['identify']>[0]);
    case 'group':
      return analytics.group(call as unknown as Parameters<Analytics['group']>[0]);
  }
}

/** Sends events in order through the client of their source, a flush every few thousand so that memory stays flat. */
export async function sendEvents(
  events: Iterable<SimulatedEvent>,
  clients: Readonly<Record<SimulatedEvent['source'], Client>>,
  onSent: (count: number) => void = () => undefined,
): Promise<number> {
  const CHUNK = 2_000;
  let sent = 0;
  const flush = async (): Promise<void> => {
    await Promise.all(Object.values(clients).map((client) => client.flush()));
  };
  for (const event of events) {
    clients[event.source].send(event.call);
    sent += 1;
    if (sent % CHUNK === 0) {
      await flush();
      onSent(CHUNK);
    }
  }
  await flush();
  onSent(sent % CHUNK);
  return sent;
}
