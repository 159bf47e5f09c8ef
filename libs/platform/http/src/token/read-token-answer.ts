import { z } from 'zod';

import { DEFAULT_WAIT_MS, retryAfterMs } from '../retry-after';
import type { WireAnswer } from '../wire';
import type { TokenAnswer } from './token';

/** Where the answer does not say how long a token lives. */
const USUAL_LIFE_SECONDS = 3_600;
const LONGEST_WORDS = 300;

/** RFC 6749, 5.1 and 5.2. Some servers write the number as text. */
const granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().catch(USUAL_LIFE_SECONDS),
});
const refused = z.object({ error: z.string(), error_description: z.string().default('') });

/**
 * Reads the answer of an OAuth 2 token endpoint. Refused credentials are forbidden until somebody changes them; a server that
 * is busy is waited for; nothing of the request that needs the token was sent either way. The words hold no token.
 */
export function readTokenAnswer(answer: WireAnswer): TokenAnswer {
  if (answer.kind === 'held') return answer;
  if (answer.kind === 'failure') return { ...answer, wasSent: false, detail: `No token: ${answer.detail}` };
  const { status, headers, body, receivedAt } = answer.response;
  const json = parse(body);
  const token = granted.safeParse(json);
  if (status >= 200 && status < 300 && token.success) {
    const { access_token: value, expires_in: seconds } = token.data;
    return { kind: 'token', token: { value, expiresAt: receivedAt + seconds * 1000 } };
  }
  const error = refused.safeParse(json);
  const words = error.success ? `: ${error.data.error} ${error.data.error_description}`.trimEnd() : '';
  const detail = `No token: HTTP ${status}${words}`.slice(0, LONGEST_WORDS);
  const wait = retryAfterMs(headers, receivedAt);
  if (status === 429 || (status >= 500 && wait !== null))
    return { kind: 'held', waitMs: wait ?? DEFAULT_WAIT_MS, detail };
  return { kind: 'failure', wasSent: false, isForbidden: status < 500 && status !== 408, detail };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
