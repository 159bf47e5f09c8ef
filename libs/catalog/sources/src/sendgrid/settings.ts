import { z } from 'zod';

import { publicKey } from './public-key';

export const sendgridSettings = z.strictObject({
  /** The verification key that SendGrid shows beside the webhook. */
  public_key: publicKey,
  /** How far the instant of a signature may lie from the receipt, on both sides. */
  window_seconds: z.int().min(1).default(3_600),
  /** Signal types that are not wanted at all, such as email_processed. */
  drop_types: z.array(z.string()).default([]),
  /** Property names that must not be stored, with everything below them. */
  drop_properties: z.array(z.string()).default([]),
  /** Properties an event may have after flattening; more is quarantined as event_too_large. */
  max_properties: z.int().min(1).default(256),
});
export type SendgridSettings = z.output<typeof sendgridSettings>;
