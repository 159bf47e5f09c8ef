import { z } from 'zod';

import { scheduleSettings } from '../model/schedule-settings';

/** Bounds keep every product in SQL inside 64 bits: weight x cap x millionths < 2^63. */
const weight = z.number().min(0).max(1000).multipleOf(0.000001);
const points = z.number().min(-1000).max(1000).multipleOf(0.000001);

const signalClass = (defaults: readonly [weight: number, cap: number, halfLife: number]) =>
  z
    .strictObject({
      weight: weight.default(defaults[0]).describe('Points of one signal on the day after it happened.'),
      daily_cap: z.int().min(1).max(1000).default(defaults[1]).describe('Signals of a day that count.'),
      half_life_days: z.number().min(0.5).max(3650).default(defaults[2]).describe('Days until half of it is left.'),
    })
    .prefault({});

const classes = {
  demo_request: signalClass([30, 1, 30]),
  trial_start: signalClass([30, 1, 30]),
  meeting: signalClass([20, 1, 30]),
  pricing_visit: signalClass([8, 2, 14]),
  webinar: signalClass([10, 1, 21]),
  download: signalClass([10, 2, 21]),
  session: signalClass([3, 3, 14]),
  key_feature: signalClass([2, 5, 14]),
  click: signalClass([3, 2, 14]),
  open: signalClass([1, 1, 7]),
  page_view: signalClass([0, 1, 14]),
  machine_open: signalClass([0, 1, 7]),
};

const words = (defaults: readonly string[]) => z.array(z.string().min(1).toLowerCase()).default([...defaults]);

const SERVED = 'US CA GB IE DE FR NL BE LU AT CH DK SE NO FI IS ES PT IT PL AU NZ SG IN JP'.split(' ');

/** `A 14, B 16: ...`, with the values of the keys; what was left out has its default. */
const inOrder = (given: unknown, keys: readonly string[], rule: string): string =>
  `${keys.map((key) => `${key} ${String((given as Record<string, unknown>)[key])}`).join(', ')}: ${rule}`;

const stage = (enter: number, leave: number) =>
  z
    .strictObject({ enter: z.int().min(0).max(100).default(enter), leave: z.int().min(0).max(100).default(leave) })
    .refine((levels) => levels.leave < levels.enter, {
      error: ({ input }) =>
        inOrder(input, ['enter', 'leave'], 'leave must be below enter: a stage that is entered would be left at once'),
    })
    .prefault({});

const leadScoreParts = z.strictObject({
  schedule: scheduleSettings('0 2 * * *').describe('When the job runs.'),
  look_back_days: z.int().min(1).max(400).default(90).describe('Days of engagement that count.'),
  state_look_back_days: z
    .int()
    .min(1)
    .max(400)
    .default(400)
    .describe('How far back the latest state of a person is looked for.'),
  engagement: z
    .strictObject({
      maximum: z
        .number()
        .min(0)
        .max(100)
        .multipleOf(0.000001)
        .default(40)
        .describe('Points that engagement approaches.'),
      half_saturation: z
        .number()
        .min(1)
        .max(1000)
        .multipleOf(0.000001)
        .default(30)
        .describe('Raw points that give half of it.'),
      decay: z
        .enum(['exponential', 'linear'])
        .default('exponential')
        .describe('exponential: 2^(-(age-1)/half life); linear: 1 - (age-1)/(2 half lives), not below 0.'),
      classes: z.strictObject(classes).prefault({}).describe('Weight, daily cap and half-life of each signal class.'),
    })
    .prefault({}),
  rfm: z
    .strictObject({
      maximum: z
        .number()
        .min(0)
        .max(100)
        .multipleOf(0.000001)
        .default(10)
        .describe('Points of R, F and M all 5; of all 1 nothing. Without a rank nothing.'),
    })
    .prefault({}),
  intent: z
    .strictObject({
      maximum: z
        .number()
        .min(0)
        .max(100)
        .multipleOf(0.000001)
        .default(20)
        .describe("Points of the account's intent that count at most."),
    })
    .prefault({}),
  fit: z
    .strictObject({
      maximum: z.int().min(0).max(100).default(30),
      industry: z
        .strictObject({
          target: words(['software', 'saas', 'information technology', 'internet']),
          target_points: points.default(8),
          adjacent: words(['financial services', 'telecommunications', 'media', 'professional services']),
          adjacent_points: points.default(4),
        })
        .prefault({}),
      employees: z
        .array(z.strictObject({ from: z.int().min(0), points }))
        .refine((bands) => new Set(bands.map(({ from }) => from)).size === bands.length, {
          error: 'two bands begin at the same number: one of them can never count',
        })
        .default([
          { from: 11, points: 3 },
          { from: 51, points: 8 },
          { from: 1001, points: 6 },
        ])
        .describe('The last band whose `from` is reached counts.'),
      country: z
        .strictObject({
          served: z.array(z.string().length(2).toUpperCase()).default(SERVED),
          points: points.default(4),
        })
        .prefault({}),
      seniority: z
        .record(z.string(), points)
        .default({ c_level: 10, vp: 10, director: 7, manager: 4 })
        .describe('Points of each seniority; any other gives 0 but is known.'),
      free_mail: z
        .strictObject({
          points: points.default(-10),
          domains: words([]).describe('Domains that count besides those of the list.'),
          except: words([]).describe('Domains of the list that do not count.'),
        })
        .prefault({})
        .describe('Addresses that anybody can have; the list is libs/identity/src/data/free-mail.txt.'),
    })
    .prefault({}),
  negatives: z
    .strictObject({
      unsubscribed: points.default(-15),
      hard_bounce: points.default(-30),
      competitor: z.strictObject({ points: points.default(-100), domains: words([]) }).prefault({}),
      closed_lost: z
        .strictObject({ points: points.default(-10), half_life_days: z.number().min(0.5).max(3650).default(60) })
        .prefault({}),
    })
    .prefault({}),
  activity: z
    .strictObject({
      active_days: z.int().min(1).max(90).default(30).describe('Days in which somebody with raw points is active.'),
      momentum_days: z.int().min(1).max(45).default(14).describe('Days that are compared with as many before them.'),
      buying_classes: z
        .array(z.enum(Object.keys(classes) as (keyof typeof classes)[]))
        .default(['demo_request', 'trial_start', 'pricing_visit'])
        .describe('Signal classes of somebody who wants to buy.'),
    })
    .prefault({})
    .describe('What buying_committee and account_score are told of each person.'),
  grades: z
    .strictObject({
      A: z.int().default(24),
      B: z.int().default(16),
      C: z.int().default(8),
      known_facts: z.int().min(0).max(4).default(2),
    })
    .refine(({ A, B, C }) => A > B && B > C && C > 0, {
      error: ({ input }) =>
        inOrder(input, ['A', 'B', 'C'], 'A must be above B, B above C, and C above 0: a grade could never be reached'),
    })
    .prefault({})
    .describe('Fit from which a grade is given; with fewer known facts the grade is ?.'),
  stages: z
    .strictObject({
      engaged: stage(25, 20),
      mql: stage(50, 40),
      leave_after_runs: z.int().min(1).default(3).describe('Scheduled runs in a row at or below `leave`,'),
      leave_after_days: z.int().min(0).default(7).describe('and days since the first of them, before a stage is left.'),
      demo_request_days: z.int().min(0).default(30).describe('Days for which a demo request makes an MQL.'),
      frozen_lifecycles: words([
        'sql',
        'salesqualifiedlead',
        'sales_qualified_lead',
        'opportunity',
        'customer',
        'evangelist',
      ]).describe("The CRM's stages that freeze ours."),
      disqualified_lifecycles: words(['disqualified', 'unqualified']).describe('No demo request makes these an MQL.'),
      pql: z
        .strictObject({
          trial_days: z.int().min(1).default(30),
          activation_features: z.int().min(1).default(3),
          activation_days: z.int().min(1).default(14),
          trial_plans: words(['trial', 'free_trial']),
        })
        .prefault({})
        .describe('An account in trial for at most trial_days with so many different key features in activation_days.'),
    })
    .refine(({ engaged, mql }) => engaged.enter < mql.enter, {
      error: 'engaged.enter must be below mql.enter: the stage engaged could never be reached',
    })
    .prefault({}),
});

/** Fit of somebody whom every fact speaks for. */
function mostPoints({
  industry,
  employees,
  country,
  seniority,
  free_mail,
}: z.output<typeof leadScoreParts>['fit']): number {
  const best = (points: readonly number[]): number => Math.max(0, ...points);
  return (
    best([industry.target_points, industry.adjacent_points]) +
    best(employees.map(({ points }) => points)) +
    best([country.points]) +
    best(Object.values(seniority)) +
    best([free_mail.points])
  );
}

/** What no score or fit can ever reach, as far as the parts hold: they are checked on their own. */
export const leadScoreSettings = leadScoreParts.superRefine(
  ({ engagement, rfm, intent, fit, grades, stages }, context) => {
    const mostFit = Math.min(fit.maximum, mostPoints(fit));
    const most = Math.min(100, engagement.maximum + rfm.maximum + intent.maximum + mostFit);
    const refuse = (path: string[], value: number, limit: number, why: string): void => {
      if (value <= limit) return;
      context.addIssue({
        code: 'custom',
        path,
        message: `is ${value} and can never be reached: ${why} is ${limit} at most`,
      });
    };
    for (const grade of ['A', 'B', 'C'] as const)
      refuse(['grades', grade], grades[grade], mostFit, 'fit (its points, fit.maximum)');
    for (const stage of ['engaged', 'mql'] as const) {
      refuse(
        ['stages', stage, 'enter'],
        stages[stage].enter,
        most,
        'a score (engagement.maximum, rfm.maximum, intent.maximum and fit)',
      );
    }
  },
);
export type LeadScoreSettings = z.output<typeof leadScoreSettings>;
