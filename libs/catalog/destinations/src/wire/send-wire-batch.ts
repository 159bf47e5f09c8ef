import { answerInWords, type WireAnswer, type WireRequest, type WireResponse } from '@millrace/platform-http';

import type { Destination, Reading, WireContext, WireItem } from '../destination';

export interface WireResult {
  readonly reading: Reading;
  readonly statusCode: number | null;
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
  request: (request: WireRequest) => Promise<WireAnswer>,
): Promise<WireResult> {
  const records = items.map((item) => item.record);
  const answer = await request(destination.buildRequest(items, settings, context));
  const reading = readAnswer(answer, (response) => destination.readOutcomes(response, records, settings));
  const statusCode = answer.kind === 'response' ? answer.response.status : null;
  if (reading.kind !== 'unknown' || destination.reconcile === undefined) return { reading, statusCode };
  const { reconcile } = destination;
  const readBack = await request(reconcile.buildRequest(items, settings, context));
  const found = readAnswer(readBack, (response) => reconcile.readOutcomes(response, records, settings));
  return { reading: found.kind === 'records' ? found : reading, statusCode };
}

function readAnswer(answer: WireAnswer, read: (response: WireResponse) => Reading): Reading {
  switch (answer.kind) {
    case 'held':
      return { kind: 'throttled', waitMs: answer.waitMs, detail: answer.detail };
    case 'failure':
      if (answer.isForbidden) return { kind: 'paused', detail: answer.detail };
      return { kind: answer.wasSent ? 'unknown' : 'unreachable', detail: answer.detail };
    case 'response': {
      const { response } = answer;
      // What a beginning says of some records is not what the whole says of all.
      if (response.isCut && response.status < 300) {
        return { kind: 'unknown', detail: `An answer longer than may be read: ${answerInWords(response)}` };
      }
      return read(response);
    }
  }
}
