import { checkSettings, readSettings } from '@millrace/platform-settings';
import { z } from 'zod';

const ruleSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name in snake_case'),
  types: z.array(z.string().min(1)).min(1),
  url_path: z
    .string()
    .optional()
    .describe('Regular expression over the path of the url.')
    .refine((pattern) => pattern === undefined || isPattern(pattern), 'is not a valid regular expression'),
  account: z
    .strictObject({ tiers: z.array(z.string()).default([]), is_target: z.boolean().default(false) })
    .optional()
    .describe('The account is of one of the tiers, or (is_target) on a target list. Absent: any, or none.'),
  subject: z.enum(['person', 'account']).describe('Whom the cool-down is for and which record is written.'),
  cooldown_seconds: z.number().positive(),
  reason: z.string().min(1).describe('Sent as urgent_reason.'),
});

const rulesFileSchema = z.strictObject({
  rules: z
    .array(ruleSchema)
    .refine((rules) => new Set(rules.map((rule) => rule.name)).size === rules.length, 'two rules have the same name'),
});

export type UrgencyRule = z.infer<typeof ruleSchema>;

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

const DAY_SECONDS = 86_400;

/** In force when no file is named; config/destinations/urgency.yaml says the same for people to read and edit. */
export const DEFAULT_URGENCY_RULES: readonly UrgencyRule[] = [
  {
    name: 'demo_requested',
    types: ['demo_requested'],
    subject: 'person',
    cooldown_seconds: DAY_SECONDS,
    reason: 'Asked for a demo',
  },
  {
    name: 'trial_started',
    types: ['trial_started'],
    subject: 'person',
    cooldown_seconds: DAY_SECONDS,
    reason: 'Started a trial',
  },
  {
    name: 'pricing_by_target',
    types: ['page_viewed'],
    url_path: '^/(pricing|plans)(/|$)',
    account: { tiers: ['strategic', 'enterprise'], is_target: true },
    subject: 'account',
    cooldown_seconds: DAY_SECONDS,
    reason: 'A target account looked at pricing',
  },
];

/** Reads rules from a YAML or JSON file; an empty path means the defaults. */
export function loadUrgencyRules(path: string): readonly UrgencyRule[] {
  if (path === '') return DEFAULT_URGENCY_RULES;
  return checkSettings(readSettings(path, 'Set SYNC_URGENCY_FILE to a file'), rulesFileSchema, {
    advice: 'Correct the lines named; config/destinations/urgency.yaml holds an example',
  }).rules;
}
