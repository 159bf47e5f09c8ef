import { z } from 'zod';

const words = (defaults: readonly string[]) => z.array(z.string().min(1)).default([...defaults]);

export const accountDaysSettings = z.strictObject({
  usage_classes: words(['key_feature', 'feature_use']).describe('Signal classes that are use of the product.'),
  activity_classes: words([
    'demo_request',
    'trial_start',
    'meeting',
    'pricing_visit',
    'webinar',
    'download',
    'session',
    'key_feature',
    'feature_use',
    'click',
    'open',
  ]).describe('Signal classes that are something people of the account did: they make it active and begin its cohort.'),
  seats_property: z.string().min(1).default('seats_used').describe('Property with the number of seats in use.'),
  ticket_types: words(['support_ticket_opened', 'ticket_opened', 'ticket_created']).describe(
    'Signal types that open a ticket.',
  ),
  ticket_property: z
    .string()
    .min(1)
    .default('ticket_id')
    .describe('Property with the id of the ticket: several signals of one ticket count once a day. None: each counts.'),
  reopened_ticket_types: words(['support_ticket_reopened', 'ticket_reopened']).describe(
    'Signal types that open a closed ticket again.',
  ),
  closed_ticket_types: words(['support_ticket_closed', 'ticket_closed', 'ticket_solved', 'ticket_resolved']).describe(
    'Signal types that close a ticket.',
  ),
  updated_ticket_types: words(['support_ticket_updated', 'ticket_updated']).describe(
    'Signal types that tell another priority of a ticket.',
  ),
  priority_property: z.string().min(1).default('priority').describe('Property with the priority of the ticket.'),
  failed_payment_types: words(['payment_failed']).describe('Signal types that tell of a payment that failed.'),
  paid_types: words(['payment_succeeded', 'invoice_paid']).describe('Signal types that tell of a payment that came.'),
  contact_types: words(['meeting_held', 'email_replied', 'call_connected']).describe(
    'Signal types that are contact in both directions.',
  ),
});
export type AccountDaysSettings = z.output<typeof accountDaysSettings>;
