import { join } from 'node:path';

/**
 * Signal classes as data: the first rule that fits gives a signal its class. A rule fits when its type is listed, its
 * path pattern (a regular expression over the url's path) matches, and its property has one of the values.
 */
export interface SignalRule {
  readonly class: string;
  readonly types: readonly string[];
  readonly path?: string | undefined;
  readonly property?: string | undefined;
  readonly values?: readonly string[] | undefined;
}

/** The first five features of the product that show a trial is alive; a company lists its own. */
const KEY_FEATURES = [
  'integration_connected',
  'report_built',
  'teammate_invited',
  'dashboard_shared',
  'export_scheduled',
];
const MACHINE_FLAGS = ['is_machine', 'machine_open', 'machine'];

export const DEFAULT_SIGNAL_RULES: readonly SignalRule[] = [
  { class: 'demo_request', types: ['demo_requested'] },
  {
    class: 'demo_request',
    types: ['form_submitted'],
    property: 'form',
    values: ['demo', 'demo_request', 'contact_sales'],
  },
  { class: 'trial_start', types: ['trial_started'] },
  { class: 'meeting', types: ['meeting_held'] },
  { class: 'pricing_visit', types: ['page_viewed'], path: '^/(pricing|plans)(/|$)' },
  { class: 'page_view', types: ['page_viewed'] },
  { class: 'webinar', types: ['webinar_attended'] },
  { class: 'download', types: ['content_downloaded', 'asset_downloaded', 'file_downloaded'] },
  { class: 'key_feature', types: ['feature_used'], property: 'feature', values: KEY_FEATURES },
  { class: 'feature_use', types: ['feature_used'] },
  ...MACHINE_FLAGS.map((property) => ({
    class: 'machine_open',
    types: ['email_opened'],
    property,
    values: ['true', '1'],
  })),
  { class: 'open', types: ['email_opened'] },
  { class: 'click', types: ['email_clicked'] },
  { class: 'email_delivered', types: ['email_delivered'] },
  { class: 'unsubscribe', types: ['unsubscribed', 'email_unsubscribed'] },
  { class: 'resubscribe', types: ['resubscribed', 'email_resubscribed', 'subscribed'] },
  {
    class: 'soft_bounce',
    types: ['email_bounced'],
    property: 'bounce_type',
    values: ['soft', 'transient', 'block', 'blocked'],
  },
  {
    class: 'soft_bounce',
    types: ['email_bounced'],
    property: 'kind',
    values: ['soft', 'transient', 'block', 'blocked'],
  },
  { class: 'hard_bounce', types: ['email_bounced'] },
  {
    class: 'closed_lost',
    types: ['opportunity_stage_changed'],
    property: 'stage',
    values: ['lost', 'closed_lost', 'closedlost'],
  },
  { class: 'opportunity', types: ['opportunity_stage_changed'] },
];

/** The class of signals that no rule fits. */
export const OTHER_CLASS = 'other';
/** Visits of two or more pages or 30 seconds; derived from page views, no rule gives it. */
export const SESSION_CLASS = 'session';

/** The CTE that gives each signal its class: `{{classified}}`, bound by `rulesAsParams`. */
export const CLASSIFIED_SQL = join(__dirname, 'sql/classified.sql');

/** Rules as bound query parameters: `rules_of_type` has, in order, the numbers of the rules that each of `ruled_types` may fit, from 1. */
export function rulesAsParams(rules: readonly SignalRule[]) {
  const types = [...new Set(rules.flatMap((rule) => rule.types))];
  return {
    ruled_types: types,
    rules_of_type: types.map((type) => rules.flatMap((rule, index) => (rule.types.includes(type) ? [index + 1] : []))),
    rule_classes: rules.map((rule) => rule.class),
    rule_paths: rules.map((rule) => rule.path ?? ''),
    rule_properties: rules.map((rule) => rule.property ?? ''),
    rule_values: rules.map((rule) => [...(rule.values ?? [])]),
  };
}
