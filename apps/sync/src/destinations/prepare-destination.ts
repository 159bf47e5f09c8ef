import { answerInWords } from '@millrace/platform-http';
import type { KafkaLog } from '@millrace/platform-kafka';

import type { DestinationRuntime } from '../delivery/destination-runtime';

const RETRY_MS = 5_000;

/** Sends the requests that make a destination ready; an answer outside 2xx is the detail of a failure, null is success. */
export async function prepareOnce({
  configured,
  account,
}: Pick<DestinationRuntime, 'configured' | 'account'>): Promise<string | null> {
  const { destination, settings, redact } = configured;
  for (const request of destination.prepare?.(settings) ?? []) {
    const answer = await account.request(request, { mayUseReserve: true });
    if (answer.kind !== 'response') return answer.detail;
    const { status } = answer.response;
    if (status < 200 || status >= 300) return redact(answerInWords(answer.response));
  }
  return null;
}

/** Prepares a destination as often as it takes: one that is away stops neither the start nor the others. */
export async function prepareDestination(
  runtime: DestinationRuntime,
  log: KafkaLog,
  isStopping: () => boolean,
): Promise<void> {
  for (;;) {
    const problem = await prepareOnce(runtime);
    if (problem === null || isStopping()) return;
    log.warn({ destination: runtime.name, detail: problem }, 'a destination could not be prepared, will retry');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
  }
}
