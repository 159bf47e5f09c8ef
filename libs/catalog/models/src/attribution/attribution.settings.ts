import { z } from 'zod';

import { scheduleSettings } from '../model/schedule-settings';

export const CONVERSIONS = ['opportunity_created', 'opportunity_won', 'trial_started'] as const;

const percent = z.int().min(0).max(100);

export const attributionSettings = z.strictObject({
  schedule: scheduleSettings('0 4 1 * *', { after: ['people_as_of', 'accounts_as_of'] }).describe('When the job runs.'),
  periods: z
    .array(z.enum(['month', 'quarter']))
    .min(1)
    .default(['month', 'quarter'])
    .describe(
      'month: the one before the run. quarter: the one before, if the run lies in the first month of a quarter.',
    ),
  conversions: z
    .array(z.enum(CONVERSIONS))
    .min(1)
    .default([...CONVERSIONS])
    .describe('Kinds of conversion. Each has credit of its own.'),
  look_back_days: z
    .int()
    .min(1)
    .max(400)
    .default(90)
    .describe('A touch counts until so many times 24 hours after it, both ends included.'),
  opportunity_look_back_days: z
    .int()
    .min(1)
    .max(400)
    .default(400)
    .describe('How far back the first word of an opportunity is looked for, which is its creation.'),
  half_life_hours: z
    .number()
    .positive()
    .default(168)
    .describe('time_decay: a touch so much older has half the weight.'),
  position: z
    .strictObject({ first: percent.default(40), last: percent.default(40) })
    .refine(({ first, last }) => first + last >= 1 && first + last <= 100, 'first and last are 1 to 100 together')
    .prefault({})
    .describe('position: percent for the first and the last touch. The touches between share the rest.'),
  shapley_channels: z
    .int()
    .min(1)
    .max(100)
    .default(12)
    .describe('shapley: so many channels, those with most conversions, stand alone. The rest are `other`.'),
  top_paths: z.int().min(0).max(10_000).default(100).describe('Paths that are kept of each period, kind and unit.'),
  currency_digits: z
    .int()
    .min(0)
    .max(6)
    .default(2)
    .describe('Digits after the point of the base currency: value is counted in its minor units.'),
});
export type AttributionSettings = z.output<typeof attributionSettings>;

/** What stands in config/models/rfm.yaml: what won and lost are, and which currency counts. */
export interface MoneyRules {
  readonly base_currency: string;
  readonly stages: { readonly won: readonly string[]; readonly lost: readonly string[] };
}
