import { z } from 'zod';

import { scheduleSettings } from '../model/schedule-settings';
import { BUYING_ROLES } from '../people_as_of/buying-roles';

const points = z.int().min(0).max(100);

export const buyingCommitteeSettings = z.strictObject({
  schedule: scheduleSettings('0 2 * * *').describe('When the job runs.'),
  engaged_from: z
    .number()
    .min(0.000001)
    .max(1000)
    .multipleOf(0.000001)
    .default(3)
    .describe('Raw points of the last active_days (lead_score.yaml) from which somebody is engaged.'),
  engaged: z
    .strictObject({
      points: points.default(50).describe('What enough engaged people give.'),
      full_at: z.int().min(1).max(1000).default(5).describe('How many are enough.'),
    })
    .prefault({}),
  roles: z
    .strictObject({
      points: points.default(50).describe('What all required roles give.'),
      required: z
        .array(z.enum(BUYING_ROLES))
        .min(1)
        .refine((names) => new Set(names).size === names.length, 'a role is named twice')
        .default(['economic_buyer', 'champion', 'technical_evaluator', 'user'])
        .describe('Roles that a committee needs; who has which: buying_roles of people_as_of.yaml.'),
    })
    .prefault({}),
});
export type BuyingCommitteeSettings = z.output<typeof buyingCommitteeSettings>;
