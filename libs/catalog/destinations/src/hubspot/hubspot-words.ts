import { plainWords } from '@millrace/platform-http';
import { z } from 'zod';

/** Names of what an error is about, by kind of name. */
const contextSchema = z
  .record(
    z.string(),
    z.union([z.string().transform((one) => [one]), z.array(z.string()), z.unknown().transform((): string[] => [])]),
  )
  .catch({});

const text = z.string().catch('');

/** An error as HubSpot words it; the reference calls every part of it optional. */
export const errorSchema = z.object({
  category: text,
  message: text,
  policyName: text,
  errorType: text,
  context: contextSchema,
  errors: z.array(z.object({ message: text, code: text, context: contextSchema })).catch([]),
});
export type HubspotError = z.infer<typeof errorSchema>;

export const errorOf = (body: unknown): HubspotError => errorSchema.parse(isRecord(body) ? body : {});

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `VALIDATION_ERROR: Email address is invalid`. */
export const inWords = ({ category, message, errors }: HubspotError): string =>
  plainWords([category, message || (errors[0]?.message ?? '')].filter((part) => part !== '').join(': '));

const RATE = /^RATE_LIMITS?$/;

/** Whether a quota refused, and not what was asked for. */
export const isQuota = ({ category, errorType, policyName }: HubspotError): boolean =>
  RATE.test(category) || RATE.test(errorType) || policyName !== '';

/** HubSpot's messages hold a list of JSON: `[{"isValid":false,"error":"PROPERTY_DOESNT_EXIST","name":"lead_scor"}]`. */
const NAMES = [/\\?"name\\?":\\?"([a-z0-9_]+)/g, /[Pp]roperty \\?["']?([a-z0-9_]+)\\?["']? does not exist/g];

/** Which of these fields the words are about; undefined: of none. */
export function fieldNamedBy(error: HubspotError, fields: ReadonlySet<string>): string | undefined {
  const all = [error, ...error.errors];
  const named = all.flatMap(({ message, context }) => [
    ...(context.propertyName ?? []),
    ...NAMES.flatMap((pattern) => [...message.matchAll(pattern)].map(([, name = '']) => name)),
  ]);
  return named.find((name) => fields.has(name));
}
