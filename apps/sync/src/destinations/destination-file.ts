import { fieldValueSchema, MATCHES, MODES, RESERVED_NAMES, SUBJECTS } from '@millrace/contract-delivery';
import { TIERS } from '@millrace/contract-score';
import { z } from 'zod';

import { loadSchema } from '../loads/load-entry';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'a name of a-z, 0-9, _ and -, that begins with a letter, 63 characters at most');
/** Its topics must not be ours. */
const destinationName = name.refine(
  (given) => !RESERVED_NAMES.includes(given),
  `must not be ${RESERVED_NAMES.join(', ')}`,
);
/** Only the fast lane writes these, so that no batch can overwrite what it delivered. */
const URGENT_FIELD = /^urgent_/;

const triggerSchema = z.union([
  z.literal('change').describe('Sends the record when the value differs from the last accepted one.'),
  z.literal('never').describe('Rides along.'),
  z.strictObject({ delta: z.number().positive() }).describe('Sends the record when the number moved by so much.'),
]);

const fieldSchema = z.strictObject({
  /** `<model>.<field>`; what models publish is checked beside this schema, so that the nearest name can be told. */
  from: z.string(),
  trigger: triggerSchema.default('never'),
});

/** As the API spells it: HubSpot says contacts, Salesforce says Lead or Region__c. */
const objectName = z
  .string()
  .regex(/^[A-Za-z]\w{0,62}$/, 'a name of letters, 0-9 and _, that begins with a letter, 63 characters at most');

const objectSchema = z.strictObject({
  object: objectName,
  entity: z.enum(SUBJECTS).default('person'),
  match: z
    .enum(MATCHES)
    .default('email')
    .describe('What its records are found by; crm_id is the id that `instance` told us.'),
  mode: z
    .enum(MODES)
    .default('update')
    .describe('update: what is not there is left out. upsert: it is made. create: what is there is left out.'),
  leavers: z
    .union([z.enum(['keep', 'clear']), z.strictObject({ set: z.record(z.string(), fieldValueSchema) })])
    .default('keep')
    .describe('What becomes of a record that no model has any more: its values stay, are cleared, or are set.'),
  unsubscribed: z.enum(['suppress', 'send']).default('suppress'),
  nulls: z.enum(['clear', 'keep']).default('clear'),
  refresh_days: z
    .int()
    .min(0)
    .max(365)
    .default(30)
    .describe('Sent again after so many days, spread over as many; 0 never.'),
  fields: z
    .record(z.string().min(1), fieldSchema)
    .refine((fields) => Object.keys(fields).length > 0, 'an object needs a field')
    .refine(
      (fields) => !Object.keys(fields).some((field) => URGENT_FIELD.test(field)),
      'urgent_* is for the fast lane',
    ),
});

const urgentTargetSchema = z.strictObject({
  object: objectName,
  match: z.enum(['email', 'id']).default('email'),
  unsubscribed: z
    .enum(['suppress', 'send'])
    .optional()
    .describe('Whether unsubscribed people are sent; absent: as the mapping of the same object says, else suppress.'),
});

/** A setting that the design knows and that nothing here obeys: silence would let somebody rely on it. */
const notYet = (instead: string) => z.undefined({ error: `is not supported yet: ${instead}` }).optional();

export const destinationSchema = z.strictObject({
  name: destinationName,
  kind: z.string(),
  enabled: z.boolean().default(true),
  settings: z.record(z.string(), z.unknown()),
  instance: name
    .optional()
    .describe(
      'The instance that tells us of its records: whose e-mails and ids they are found by, and what it deleted.',
    ),
  objects: z.array(objectSchema).default([]),
  urgent: z
    .strictObject({ person: urgentTargetSchema.optional(), account: urgentTargetSchema.optional() })
    .default({})
    .describe('Objects that the fast lane writes urgent_reason, urgent_at and urgent_url to.'),
  loads: z.array(loadSchema).default([]).describe('Tables that hold the rows of documented views.'),
  tiers: z.array(z.string()).default([...TIERS]),
  approval: notYet('a plan runs as a whole and waits for nobody; look at it before with `npx millrace plan`'),
  urgent_reserve: z.number().min(0).max(0.9).default(0.1).describe('Part of every quota that only the fast lane uses.'),
});

export const destinationsFileSchema = z.strictObject({
  destinations: z
    .array(destinationSchema)
    .refine((all) => new Set(all.map((one) => one.name)).size === all.length, 'two destinations have the same name'),
});

export type DestinationEntry = z.infer<typeof destinationSchema>;
export type ObjectMapping = z.infer<typeof objectSchema>;
export type UrgentTarget = z.infer<typeof urgentTargetSchema>;

/** The mapping of an object; undefined: only the fast lane writes it. */
export const mappingOf = ({ objects }: DestinationEntry, object: string): ObjectMapping | undefined =>
  objects.find((mapping) => mapping.object === object);

/** Models that an object's fields come from, sorted. */
export function modelsOf(mapping: ObjectMapping): string[] {
  return [...new Set(Object.values(mapping.fields).map(({ from }) => from.split('.')[0] ?? ''))].sort();
}

/** Whether people who unsubscribed are sent to an object in a lane. */
export function sendsUnsubscribed(entry: DestinationEntry, object: string, lane: string): boolean {
  const mapping = entry.objects.find((one) => one.object === object);
  const target = lane === 'urgent' && entry.urgent.person?.object === object ? entry.urgent.person : undefined;
  return (target?.unsubscribed ?? mapping?.unsubscribed ?? 'suppress') === 'send';
}
