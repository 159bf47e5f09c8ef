import type { Destination, Reading, SendRequest, WireAnswer, WireContext, WireItem } from '../destination';

export interface WireResult {
  readonly reading: Reading;
  readonly statusCode: number | null;
  /** Requests made: 1, or 2 with a read-back. */
  readonly calls: number;
}

/**
 * Sends one wire batch and reads what became of it. An unknown outcome is reconciled at once where the destination can
 * be asked; what the read-back cannot tell stays unknown.
 */
export async function sendWireBatch<Settings>(
  destination: Destination<Settings>,
  settings: Settings,
  items: readonly WireItem[],
  context: WireContext,
  send: SendRequest,
): Promise<WireResult> {
  const records = items.map((item) => item.record);
  const options = {
    timeoutMs: destination.wire(settings).timeoutMs,
    allowPrivateAddresses: destination.allowsPrivateAddresses(settings),
  };
  const answer = await send(destination.buildRequest(items, settings, context), options);
  const reading = readAnswer(answer, (response) => destination.readOutcomes(response, records, settings));
  const statusCode = answer.kind === 'response' ? answer.response.status : null;
  if (reading.kind !== 'unknown' || destination.reconcile === undefined) return { reading, statusCode, calls: 1 };
  const { reconcile } = destination;
  const readBack = await send(reconcile.buildRequest(items, settings, context), options);
  const found = readAnswer(readBack, (response) => reconcile.readOutcomes(response, records, settings));
  return { reading: found.kind === 'records' ? found : reading, statusCode, calls: 2 };
}

function readAnswer(answer: WireAnswer, read: (response: WireAnswerResponse) => Reading): Reading {
  if (answer.kind === 'response') return read(answer.response);
  if (answer.isForbidden) return { kind: 'paused', detail: answer.detail };
  return { kind: answer.wasSent ? 'unknown' : 'unreachable', detail: answer.detail };
}

type WireAnswerResponse = Extract<WireAnswer, { kind: 'response' }>['response'];
