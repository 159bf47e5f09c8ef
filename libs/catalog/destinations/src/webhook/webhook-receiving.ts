import { z } from 'zod';

import type { ReceivedRequest, Receiving } from '../destination';
import { parseBody } from '../wire/read-status';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER, verifySignature } from './webhook-signature';

export const LANE_HEADER = 'x-millrace-lane';

/** What the webhook posts, as far as a reader wants to see it. */
const deliverySchema = z.array(
  z.object({
    record_id: z.string(),
    match_key: z.string().nullish(),
    object: z.string().optional(),
    reason: z.string().nullish(),
    fields: z.record(z.string(), z.unknown()).default({}),
  }),
);

export const webhookReceiving: Receiving = {
  read: (request) => {
    const { success, data } = deliverySchema.safeParse(parseBody(request.body));
    return success ? { lane: headerOf(request, LANE_HEADER), records: data } : null;
  },
  verify: (request, secret) => {
    const timestamp = headerOf(request, TIMESTAMP_HEADER);
    const signature = headerOf(request, SIGNATURE_HEADER);
    if (timestamp === undefined || signature === undefined) return 'missing';
    return verifySignature(secret, { timestamp, signature }, request.body, request.receivedAt / 1000) ? 'ok' : 'wrong';
  },
  accept: (records) => JSON.stringify({ results: records.map(({ record_id }) => ({ record_id, status: 'accepted' })) }),
};

function headerOf({ headers }: ReceivedRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
