import { z } from 'zod';

import { scheduleSettings } from '../model/schedule-settings';

const weight = (share: number, what: string) =>
  z.number().min(0).max(100).multipleOf(0.000001).default(share).describe(what);
const words = (defaults: readonly string[]) => z.array(z.string().min(1).toLowerCase()).default([...defaults]);
const score = (from: number) => z.int().min(0).max(100).default(from);

export const accountScoreSettings = z.strictObject({
  schedule: scheduleSettings('0 2 * * *').describe('When the job runs.'),
  opportunity_look_back_days: z
    .int()
    .min(1)
    .max(400)
    .default(400)
    .describe('How far back the newest stage of an opportunity is looked for.'),
  weights: z
    .strictObject({
      fit: weight(35, 'Points of the best fit of its people; of the account alone where it has none.'),
      engagement: weight(25, 'Points of its three most engaged people.'),
      intent: weight(15, 'Points of its intent.'),
      activity: weight(15, 'Points of enough active people.'),
      committee: weight(10, 'Points of its buying committee.'),
    })
    .refine(({ fit, engagement, intent, activity, committee }) => {
      return Math.abs(fit + engagement + intent + activity + committee - 100) < 1e-6;
    }, 'the five weights must add up to 100')
    .prefault({}),
  full: z
    .strictObject({
      fit: z
        .number()
        .min(1)
        .max(100)
        .default(30)
        .describe('Fit that gives all points: fit.maximum of lead_score.yaml.'),
      engagement: z
        .number()
        .min(1)
        .max(100)
        .default(40)
        .describe('Mean engagement that gives all points: engagement.maximum of lead_score.yaml.'),
      intent: z.number().min(1).max(100).default(20).describe('Intent that gives all points: maximum of intent.yaml.'),
      people: z.int().min(1).max(1000).default(5).describe('Active people that give all points.'),
    })
    .prefault({}),
  stages: z
    .strictObject({
      decision: score(75),
      consideration: score(50),
      awareness: score(25),
      buying_people: z
        .int()
        .min(1)
        .max(100)
        .default(2)
        .describe('So many people with a buying signal (lead_score.yaml, activity) make a decision.'),
      lost_stages: words(['lost', 'closed_lost', 'closedlost']).describe(
        'With another stage an opportunity is open or won.',
      ),
    })
    .refine(({ decision, consideration, awareness }) => decision > consideration && consideration > awareness, {
      error: 'decision must be above consideration, and consideration above awareness',
    })
    .prefault({})
    .describe('Scores from which an account has a stage.'),
});
export type AccountScoreSettings = z.output<typeof accountScoreSettings>;
