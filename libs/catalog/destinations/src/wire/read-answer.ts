import { answerInWords, type WireAnswer, type WireResponse } from '@millrace/platform-http';

import type { Reading } from '../destination';

type NoResponse = Exclude<Reading, { kind: 'records' | 'started' | 'batch_rejected' | 'retryable' }>;

/** What an answer says: `read` reads a whole response, everything else is the same for all APIs. */
export function readAnswer<Read extends { readonly kind: string }>(
  answer: WireAnswer,
  read: (response: WireResponse) => Read,
): Read | NoResponse {
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
