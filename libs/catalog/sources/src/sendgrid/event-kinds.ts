/** What an event of SendGrid becomes. */
export interface EventKind {
  readonly type: string;
  /** Fields that the project has a name for. */
  readonly properties?: Readonly<Record<string, string>>;
  /** What it says of the person for all mail: destinations go by it, not by signals. */
  readonly consent?: 'unsubscribed';
}

/**
 * By the field `event`. Who leaves or joins a group (`asm_group_id`) says nothing of other mail: that is a signal only. Nor does joining
 * one take back an unsubscribe from all.
 */
export const EVENT_KINDS: ReadonlyMap<unknown, EventKind> = new Map<unknown, EventKind>([
  ['processed', { type: 'email_processed' }],
  ['deferred', { type: 'email_deferred' }],
  ['delivered', { type: 'email_delivered' }],
  ['bounce', { type: 'email_bounced', properties: { type: 'bounce_type' } }],
  ['dropped', { type: 'email_dropped' }],
  ['open', { type: 'email_opened', properties: { sg_machine_open: 'is_machine' } }],
  ['click', { type: 'email_clicked' }],
  ['spamreport', { type: 'spam_reported' }],
  ['unsubscribe', { type: 'unsubscribed', consent: 'unsubscribed' }],
  ['group_unsubscribe', { type: 'unsubscribed' }],
  ['group_resubscribe', { type: 'resubscribed' }],
]);

/** About the account at SendGrid, not about a recipient. */
export const ACCOUNT_EVENT = 'account_status_change';
