import { z } from 'zod';

import { scheduleSettings } from '../model/schedule-settings';

const weight = (share: number, what: string) => z.int().min(0).max(100).default(share).describe(what);
const points = (value: number, what: string) => z.int().min(0).max(100).default(value).describe(what);
const score = (from: number, what: string) => z.int().min(1).max(100).default(from).describe(what);

export const accountHealthSettings = z.strictObject({
  schedule: scheduleSettings('30 0 * * 1').describe('When the job runs.'),
  look_back_days: z
    .int()
    .min(98)
    .max(400)
    .default(400)
    .describe('How far back open tickets, payments, contact and the first use are looked for.'),
  weights: z
    .strictObject({
      usage: weight(30, 'Use of the week against what is usual.'),
      trend: weight(15, 'Use of 4 weeks against the 8 before.'),
      breadth: weight(20, 'Active people against licensed seats.'),
      support: weight(15, 'Tickets of the week, and urgent ones that are open.'),
      payment: weight(10, 'Payments that failed.'),
      engagement: weight(10, 'How long ago the last contact in both directions was.'),
    })
    .refine(
      (weights) => Object.values(weights).reduce((sum, one) => sum + one, 0) === 100,
      'the six weights must add up to 100',
    )
    .prefault({})
    .describe('What is not known of an account is left out, and the others count the more.'),
  minimum_coverage: points(60, 'Below this share of weights that are known an account has no band.'),
  bands: z
    .strictObject({
      green: score(70, 'A health from here is green,'),
      green_again: score(75, 'and from here after a band below.'),
      red: score(40, 'A health below is red,'),
      yellow_again: score(45, 'and yellow from here after red.'),
    })
    .refine(
      ({ green, green_again, red, yellow_again }) =>
        red <= yellow_again && yellow_again <= green && green <= green_again,
      'must rise: red, yellow_again, green, green_again',
    )
    .prefault({}),
  alarm_z: z
    .number()
    .min(-10)
    .max(-1)
    .multipleOf(0.000001)
    .default(-2.5)
    .describe('An account whose use is so many deviations below what is usual is at risk.'),
  over_dispersion: z
    .boolean()
    .default(true)
    .describe('Weeks of the segment vary more than single uses by chance would: no deviation is counted smaller.'),
  segment: z
    .strictObject({
      least_accounts: z.int().min(1).max(10_000).default(20).describe('A smaller one is compared with all accounts.'),
      size_bands: z
        .array(z.int().min(1))
        .min(1)
        .refine(
          (starts) => starts.every((start, index) => index === 0 || start > (starts[index - 1] ?? 0)),
          'must rise',
        )
        .default([1, 11, 51, 201, 1001])
        .describe('Head counts at which a size begins.'),
    })
    .prefault({})
    .describe('Accounts of one plan and size.'),
  support: z
    .strictObject({
      per_ticket: points(10, 'Points that a ticket opened in the week takes.'),
      per_urgent: points(25, 'Points that an urgent ticket takes while it is open.'),
      urgent_priorities: z
        .array(z.string().min(1).toLowerCase())
        .default(['urgent', 'high'])
        .describe('Priorities of tickets that are urgent.'),
    })
    .prefault({}),
  payment: z
    .strictObject({
      grace_days: z.int().min(0).max(90).default(14).describe('A failed payment takes half for so long, then all.'),
      failed_points: points(50, 'Points of an account with a failed payment of these days.'),
    })
    .prefault({}),
  contact_half_life_days: z.int().min(1).max(365).default(30).describe('Days after which contact counts half.'),
});
export type AccountHealthSettings = z.output<typeof accountHealthSettings>;
