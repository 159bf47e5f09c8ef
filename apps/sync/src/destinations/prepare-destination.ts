import { createTools, type Sink } from '@millrace/catalog-destinations';
import { plainWords, type Account } from '@millrace/platform-http';
import type { KafkaLog } from '@millrace/platform-kafka';

import type { ConfiguredDestination } from './load-destinations';
import { mappedObjects } from './mapped-objects';

const RETRY_MS = 5_000;

export interface Preparation {
  readonly configured: ConfiguredDestination;
  readonly account: Account;
  readonly sink: Sink;
}

/** Makes a destination ready. Null: it is; else what is wrong, without secrets. */
export async function prepareOnce(
  { configured, account, sink }: Preparation,
  signal: AbortSignal = new AbortController().signal,
): Promise<string | null> {
  const { entry, destination, settings, redact } = configured;
  const tools = createTools({ account, sink, now: Date.now, signal, mayUseReserve: true });
  const problem = (await destination.prepare?.(settings, tools, mappedObjects(entry))) ?? null;
  return problem === null ? null : plainWords(redact(problem));
}

/** Prepares a destination as often as it takes: one that is away stops neither the start nor the others. */
export async function prepareDestination(
  preparation: Preparation,
  log: KafkaLog,
  isStopping: () => boolean,
): Promise<void> {
  for (;;) {
    const problem = await prepareOnce(preparation).catch((error: unknown) => String(error));
    if (problem === null || isStopping()) return;
    const destination = preparation.configured.entry.name;
    log.warn({ destination, detail: problem }, 'a destination could not be prepared, will retry');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
  }
}
