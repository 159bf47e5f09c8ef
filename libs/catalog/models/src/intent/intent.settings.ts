import { z } from 'zod';

import { scheduleSettings } from '../model/schedule-settings';

const topics = z.array(z.string().trim().min(1).toLowerCase());

export const intentSettings = z.strictObject({
  schedule: scheduleSettings('0 2 * * *').describe('When the job runs.'),
  maximum: z.number().min(1).max(100).multipleOf(0.000001).default(20).describe('Points that an account can have.'),
  topics: z
    .strictObject({
      core: topics.default([]).describe('Topics that count twice.'),
      chosen: topics.default([]).describe('Topics that count once; empty: every topic does.'),
      core_weight: z.int().min(1).max(10).default(2).describe('What a core topic counts.'),
    })
    .prefault({}),
  surging_from: z.int().min(51).max(100).default(60).describe('Score from which a company surges on a topic.'),
  half_life_days: z.number().min(0.5).max(3650).default(21).describe('Days until half of the points are left.'),
  expires_after_days: z
    .int()
    .min(1)
    .max(399)
    .default(45)
    .describe('The last day, counted from the observation, on which it counts; a row may say an earlier one.'),
  strongest: z.int().min(1).max(50).default(5).describe('How many topics of an account are added.'),
  full_at: z
    .number()
    .min(0.1)
    .max(100)
    .multipleOf(0.000001)
    .default(3)
    .describe('Sum of the topics that gives `maximum`: a topic of score 100 gives its weight on its day.'),
  import_every_days: z
    .int()
    .min(1)
    .max(366)
    .default(30)
    .describe('How often intent data is brought in; a run warns when rows expire before the next import and a week.'),
});
export type IntentSettings = z.output<typeof intentSettings>;
