import { z } from 'zod';

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a local time such as 05:00');

/** The `schedule` block of a score model's settings file. */
export const scheduleSettings = (cron: string) =>
  z
    .strictObject({
      cron: z.string().default(cron).describe('Five cron fields in local time.'),
      zone: z.string().optional().describe("IANA zone; left out: the installation's TIME_ZONE."),
      through: z
        .literal('last_complete_day', { error: 'only last_complete_day is supported yet: a run looks at whole days' })
        .default('last_complete_day')
        .describe('How far a run looks.'),
      catch_up: z.boolean().default(true).describe('Run the newest tick that was missed while nothing was up.'),
      overlap: z.enum(['skip', 'queue']).default('queue').describe('What a tick does while the previous run goes on.'),
      partial_at: localTime
        .default('05:00')
        .describe('From this local time a run no longer waits: it is marked partial.'),
      deadline: localTime.default('06:00').describe('After this local time an alert goes out.'),
    })
    .prefault({});
