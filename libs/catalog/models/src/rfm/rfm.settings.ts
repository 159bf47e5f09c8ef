import { z } from 'zod';

import { scheduleSettings } from '../model/schedule-settings';
import { DEFAULT_SEGMENTS, gapsIn, ruleNeverUsed, SEGMENTS } from './segments';

const words = (defaults: readonly string[]) => z.array(z.string().min(1).toLowerCase()).default([...defaults]);
const rank = z.int().min(1).max(5);
const ranks = z
  .tuple([rank, rank])
  .refine(([from, to]) => from <= to, 'from the lower score to the higher')
  .default([1, 5]);

export const rfmSettings = z.strictObject({
  schedule: scheduleSettings('0 2 * * *', { after: ['people_as_of', 'accounts_as_of'] }).describe('When the job runs.'),
  look_back_days: z.int().min(1).max(400).default(90).describe('Days of activity, and of won amounts, that count.'),
  opportunity_look_back_days: z
    .int()
    .min(1)
    .max(400)
    .default(400)
    .describe('How far back the newest stage and amount of an opportunity are looked for.'),
  minimum_people: z.int().min(1).default(20).describe('With fewer active people everybody is null.'),
  classes: words([
    'demo_request',
    'trial_start',
    'meeting',
    'pricing_visit',
    'webinar',
    'download',
    'session',
    'key_feature',
    'click',
    'open',
  ]).describe('Signal classes that are activity: those that lead_score gives a weight.'),
  base_currency: z
    .string()
    .length(3)
    .toUpperCase()
    .default('USD')
    .describe('Amounts stated in another currency do not count: nothing is converted.'),
  stages: z
    .strictObject({
      won: words(['won', 'closed_won', 'closedwon']),
      lost: words(['lost', 'closed_lost', 'closedlost']),
    })
    .prefault({})
    .describe('Stages of an opportunity that are its end; with any other it is open.'),
  segments: z
    .array(z.strictObject({ segment: z.enum(SEGMENTS), r: ranks, f: ranks, m: ranks }))
    .superRefine((rules, context) => {
      const [gap] = gapsIn(rules);
      if (gap !== undefined) {
        const message = `no rule fits R ${gap.r}, F ${gap.f}, M ${gap.m}: end the list with a rule that fits all`;
        context.addIssue({ code: 'custom', message });
      }
      const idle = ruleNeverUsed(rules);
      if (idle === -1) return;
      context.addIssue({
        code: 'custom',
        path: [idle],
        message: 'can never be used: earlier rules fit all that it fits',
      });
    })
    .default(DEFAULT_SEGMENTS.map(({ segment, r, f, m }) => ({ segment, r: [...r], f: [...f], m: [...m] })))
    .describe('The first rule whose ranges hold R, F and M names the segment; a range left out holds all.'),
});
export type RfmSettings = z.output<typeof rfmSettings>;
