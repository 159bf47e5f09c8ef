import { z } from 'zod';

const types = z.array(z.string().min(1)).min(1);

/** The first rule that fits says which channel a signal is a touch of; without a channel such a signal is not a touch. */
const touchRule = z
  .strictObject({
    channel: z
      .string()
      .regex(/^[a-z][a-z0-9_]*$/, 'is a name such as paid_search')
      .optional()
      .describe('Channel of the touch; left out: not a touch.'),
    types: types.describe('Signal types that the rule is about.'),
    property: z.string().min(1).optional().describe('Property that must have one of the values.'),
    values: z.array(z.string().min(1).toLowerCase()).min(1).optional().describe('In any case.'),
  })
  .refine(({ property, values }) => (property === undefined) === (values === undefined), {
    message: 'property and values go together',
  });

const byMachine = ['is_machine', 'machine_click', 'machine'].map((property) => ({
  types: ['email_clicked'],
  property,
  values: ['true', '1'],
}));

export const journeySignalsSettings = z.strictObject({
  touches: z
    .array(touchRule)
    .default([
      ...byMachine,
      { channel: 'email', types: ['email_clicked'] },
      {
        channel: 'paid_search',
        types: ['ad_clicked'],
        property: 'network',
        values: ['google', 'google_ads', 'bing', 'microsoft'],
      },
      {
        channel: 'social',
        types: ['ad_clicked'],
        property: 'network',
        values: ['linkedin', 'facebook', 'meta', 'instagram', 'twitter', 'x', 'reddit', 'tiktok', 'youtube'],
      },
      { channel: 'display', types: ['ad_clicked'] },
      { channel: 'campaign', types: ['campaign_responded'] },
    ])
    .describe('Touches besides visits of the website. The first rule that fits counts.'),
  trial_types: types.default(['trial_started']).describe('Signal types that are the start of a trial.'),
});
export type JourneySignalsSettings = z.output<typeof journeySignalsSettings>;

/** What an opportunity is stands in config/models/opportunities.yaml. */
export interface OpportunityWords {
  readonly types: readonly string[];
  readonly update_types: readonly string[];
  readonly id_property: string;
  readonly stage_property: string;
  readonly currency_property: string;
}
