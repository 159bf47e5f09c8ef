import { answerInWords, dayInZone, retryAfterMs, type WireResponse } from '@millrace/platform-http';

import type { Reading } from '../destination';
import { parseBody, readFailureStatus } from '../wire/read-status';
import type { HubspotSettings } from './hubspot-settings';
import { errorOf, fieldNamedBy, isQuota, type HubspotError } from './hubspot-words';

/** A lock of a busy account is held for 2 s. */
const LOCKED_MS = 2_000;
/** An account that moves to another data centre: hours, and a Retry-After says how many. */
const MOVING_MS = 60_000;
const SECONDLY_MS = 1_000;
const TEN_SECONDLY_MS = 10_000;

const NOT_UNIQUE = /non-unique/i;

/** What an answer outside 2xx says about a whole request; null for 2xx. `fields`: those that were sent. */
export function readRefusal(
  response: WireResponse,
  settings: Pick<HubspotSettings, 'quota_reset_zone'>,
  fields: ReadonlySet<string>,
): Reading | null {
  const { status, headers, body, receivedAt } = response;
  if (status >= 200 && status < 300) return null;
  const error = errorOf(parseBody(body));
  const detail = answerInWords(response);
  const throttled = (waitMs: number): Reading => ({
    kind: 'throttled',
    waitMs: retryAfterMs(headers, receivedAt) ?? waitMs,
    detail,
  });
  if (status === 429 || (status === 403 && isQuota(error))) return throttled(untilReset(error, settings, receivedAt));
  if (status === 423) return throttled(LOCKED_MS);
  if (status === 477) return throttled(MOVING_MS);
  // The property that records are found by has no unique values: that is so for every record.
  if (status === 400 && NOT_UNIQUE.test(error.message)) return { kind: 'paused', detail };
  if (status === 404 && error.category === 'OBJECT_NOT_FOUND') return { kind: 'batch_rejected', detail };
  const reading = readFailureStatus(response);
  if (reading?.kind !== 'batch_rejected') return reading;
  const field = fieldNamedBy(error, fields);
  return field === undefined ? reading : { ...reading, field };
}

function untilReset(
  { policyName, message }: HubspotError,
  { quota_reset_zone }: Pick<HubspotSettings, 'quota_reset_zone'>,
  now: number,
): number {
  const policy = `${policyName} ${message}`.toLowerCase();
  if (policy.includes('daily')) return dayInZone(quota_reset_zone, now).ends - now;
  if (policy.includes('secondly') && !policy.includes('ten_secondly')) return SECONDLY_MS;
  return TEN_SECONDLY_MS;
}
