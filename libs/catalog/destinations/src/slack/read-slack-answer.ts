import type { DeliveryRecord } from '@millrace/contract-delivery';
import { answerInWords, DEFAULT_WAIT_MS, retryAfterMs, type WireResponse } from '@millrace/platform-http';
import { z } from 'zod';

import type { Reading } from '../destination';
import { parseBody, readFailureStatus } from '../wire/read-status';

const answerSchema = z.object({ ok: z.boolean(), error: z.string().optional(), ts: z.string().min(1).optional() });

type Meaning = 'throttled' | 'paused' | 'batch_rejected' | 'retryable';

/** What the error codes of chat.postMessage mean for a whole message. */
const MEANINGS: readonly (readonly [Meaning, readonly string[]])[] = [
  ['throttled', ['ratelimited', 'rate_limited', 'message_limit_exceeded']],
  [
    'paused',
    [
      ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'not_allowed_token_type'],
      ...[
        'missing_scope',
        'no_permission',
        'access_denied',
        'accesslimited',
        'ekm_access_denied',
        'org_login_required',
      ],
      ...['two_factor_setup_required', 'enterprise_is_restricted', 'team_access_not_granted', 'team_not_found'],
      ...['channel_not_found', 'not_in_channel', 'is_archived', 'messages_tab_disabled', 'restricted_action'],
      ...[
        'restricted_action_read_only_channel',
        'restricted_action_thread_only_channel',
        'restricted_action_non_threadable_channel',
      ],
      ...['deprecated_endpoint', 'method_deprecated', 'unknown_method'],
    ],
  ],
  [
    'batch_rejected',
    [
      'msg_too_long',
      'msg_blocks_too_long',
      'no_text',
      'invalid_blocks',
      'invalid_arguments',
      'invalid_charset',
      'invalid_json',
    ],
  ],
  ['retryable', ['fatal_error', 'internal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org']],
];
const MEANING_OF = new Map(MEANINGS.flatMap(([meaning, codes]) => codes.map((code) => [code, meaning] as const)));

/** Slack answers 200 to nearly everything: `ok` and `error` say what became of the message, and `ts` is its id. */
export function readSlackAnswer(response: WireResponse, records: readonly DeliveryRecord[], named: number): Reading {
  const failure = readFailureStatus(response);
  if (failure !== null) return failure;
  const detail = answerInWords(response);
  const answer = answerSchema.safeParse(parseBody(response.body));
  if (!answer.success) return { kind: 'unknown', detail };
  const { ok, error = '', ts } = answer.data;
  if (ok)
    return ts === undefined
      ? { kind: 'unknown', detail: `${detail} without the message's ts` }
      : posted(records, named);
  const meaning = MEANING_OF.get(error);
  if (meaning === undefined) return { kind: 'unknown', detail };
  if (meaning !== 'throttled') return { kind: meaning, detail };
  return { kind: 'throttled', waitMs: retryAfterMs(response.headers, response.receivedAt) ?? DEFAULT_WAIT_MS, detail };
}

const posted = (records: readonly DeliveryRecord[], named: number): Reading => ({
  kind: 'records',
  outcomes: records.map(({ record_id }, at) => ({
    record_id,
    outcome: 'accepted',
    detail: at < named ? '' : 'Counted in the message, which has no room for its line',
  })),
});
