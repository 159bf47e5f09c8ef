import { isInstanceName } from '@millrace/contract-signal';
import { Cron } from 'croner';
import { z } from 'zod';

/** Whose topic others write: it has no code here. */
export const DIRECT = 'direct';

const SECONDS_OF: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
const every = z
  .string()
  .regex(/^[1-9]\d{0,4}[smh]$/, 'a number of seconds, minutes or hours such as 90s, 5m or 1h')
  .transform((text) => Number(text.slice(0, -1)) * (SECONDS_OF[text.slice(-1)] ?? 1));

function isCron({ cron, zone }: { readonly cron: string; readonly zone: string }): boolean {
  try {
    return new Cron(cron, { timezone: zone }).nextRun() !== null;
  } catch {
    return false;
  }
}

const scheduleSchema = z.union([
  z.strictObject({ every: every.describe('How long after a pass the next one begins.') }),
  z
    .strictObject({
      cron: z.string().describe('Five fields: minute, hour, day of the month, month, day of the week.'),
      zone: z.string().default('UTC').describe('IANA time zone of the fields.'),
    })
    .refine(isCron, 'cron: five fields that have a next instant, in an IANA time zone, such as 0 * * * * in UTC'),
]);
/** When a stream of an instance is asked. `every` is in seconds. */
export type StreamSchedule = z.output<typeof scheduleSchema>;

export const instanceSchema = z.strictObject({
  name: z
    .string()
    .refine(isInstanceName, 'a name of a-z, 0-9, _ and -, that begins with a letter, 63 characters at most')
    .describe('Its topic is signals.<name>.v1.'),
  type: z.string().describe(`A type of the catalogue, or ${DIRECT}: others write the topic.`),
  settings: z.record(z.string(), z.unknown()).default({}),
  streams: z.record(z.string(), scheduleSchema).default({}).describe('Of a type that polls: when each is asked.'),
  history: z
    .boolean()
    .default(false)
    .describe('Its signals may be years old; windowing and sync name it in IMPORT_SOURCES.'),
});

export const instancesFileSchema = z.strictObject({ sources: z.array(instanceSchema) });
