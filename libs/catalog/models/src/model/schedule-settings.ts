import { nearestFirst } from '@millrace/platform-errors';
import { Cron } from 'croner';
import { z } from 'zod';

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a local time such as 05:00');

/** Whether a pattern is one, and comes at all: 30 February never does. */
function hasTicks(cron: string): boolean {
  try {
    return new Cron(cron, { paused: true }).nextRun(new Date(0)) !== null;
  } catch {
    return false;
  }
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const notASchedule = (cron: string): string =>
  `${JSON.stringify(cron)} never comes: give five fields (minute hour day month weekday), such as 0 2 * * *`;

const notAZone = (zone: string): string => {
  const nearest = nearestFirst(zone, Intl.supportedValuesOf('timeZone')).slice(0, 3);
  return `${JSON.stringify(zone)} is not a time zone: the nearest are ${nearest.join(', ')}`;
};

/** What a run waits for and looks at: whole local days before its tick, or every window that ends at or before its tick. */
const THROUGH = ['last_complete_day', 'last_sealed_hour'] as const;

/** What a model's author sets besides the cron; a settings file may say otherwise. */
interface ScheduleDefaults {
  readonly through?: (typeof THROUGH)[number];
  /** Names of score models whose ticks come first. */
  readonly after?: readonly string[];
}

/** The `schedule` block of a score model's settings file; the model itself says nothing about when it runs. */
export const scheduleSettings = (cron: string, { through = 'last_complete_day', after = [] }: ScheduleDefaults = {}) =>
  z
    .strictObject({
      cron: z
        .string()
        .refine(hasTicks, { error: ({ input }) => notASchedule(String(input)) })
        .default(cron)
        .describe('Five cron fields in local time.'),
      zone: z
        .string()
        .refine(isZone, { error: ({ input }) => notAZone(String(input)) })
        .optional()
        .describe("IANA zone; left out: the installation's TIME_ZONE."),
      through: z
        .enum(THROUGH)
        .default(through)
        .describe('What a run waits for: last_complete_day, or last_sealed_hour, the windows up to its tick.'),
      after: z
        .array(z.string().regex(/^[a-z][a-z0-9_]*$/, 'the name of a model'))
        .refine((names) => new Set(names).size === names.length, 'a model is named twice')
        .default([...after])
        .describe('Models whose ticks since the previous tick of this one are settled first.'),
      catch_up: z
        .boolean()
        .default(true)
        .describe('Run every tick that was missed while nothing was up, oldest first; false: only the newest.'),
      overlap: z.enum(['skip', 'queue']).default('queue').describe('What a tick does while the previous run goes on.'),
      partial_at: localTime
        .default('05:00')
        .describe('From this local time a run no longer waits: it is marked partial.'),
      deadline: localTime.default('06:00').describe('After this local time an alert goes out.'),
    })
    .prefault({});

/** When a score job runs. */
export type Schedule = z.output<ReturnType<typeof scheduleSettings>>;

/** The schedule of a model's settings; null for a rollup, which follows the seal steps. */
export const scheduleOf = (settings: object): Schedule | null =>
  'schedule' in settings ? (settings.schedule as Schedule) : null;
