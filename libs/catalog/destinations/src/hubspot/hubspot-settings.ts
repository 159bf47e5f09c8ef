import { z } from 'zod';

/** Internal names of properties. */
export const PROPERTY_NAME = /^[a-z][a-z0-9_]{0,99}$/;

const OAUTH = ['client_id', 'client_secret', 'refresh_token'] as const;

export const hubspotSettings = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true })
      .describe('Access token of a private app; else give client_id, client_secret and refresh_token.'),
    client_id: z.string().min(1).optional(),
    client_secret: z.string().min(1).optional().meta({ secret: true }),
    refresh_token: z.string().min(1).optional().meta({ secret: true }),
    account: z
      .string()
      .min(1)
      .max(100)
      .default('hubspot')
      .describe('Whose quota it is, such as the hub id: entries with one account share its limits.'),
    id_property: z
      .string()
      .regex(PROPERTY_NAME, 'the internal name of a property: a-z, 0-9 and _')
      .optional()
      .describe('Property with unique values that holds our id; mappings that match by id need it.'),
    list_separator: z
      .string()
      .min(1)
      .max(5)
      .default(';')
      .describe('Between the items of a list; a property of several checkboxes takes ";" only.'),
    url: z.url({ protocol: /^https?$/ }).default('https://api.hubapi.com'),
    api_version: z
      .string()
      .regex(/^(v3|\d{4}-\d{2})$/, 'v3, or a dated version such as 2026-03')
      .default('v3'),
    calls_per_ten_seconds: z.int().positive().default(190),
    calls_per_day: z.int().positive().default(650_000),
    quota_reset_zone: z
      .string()
      .refine(isZone, 'is not a time zone: give an IANA name such as America/New_York')
      .default('UTC')
      .describe("The HubSpot account's time zone: the daily quota begins anew at its midnight."),
    concurrency: z.int().min(1).max(100).default(8),
    timeout_seconds: z.number().positive().max(600).default(30),
    allow_private_addresses: z.boolean().default(false),
  })
  .superRefine((given, { addIssue }) => {
    const missing = OAUTH.filter((name) => given[name] === undefined);
    const isOauth = missing.length < OAUTH.length;
    if (given.token !== undefined && isOauth) {
      addIssue({ code: 'custom', path: ['token'], message: 'give a token or the three of OAuth, not both' });
    }
    if (given.token === undefined && missing.length > 0) {
      const way = isOauth ? `give ${missing.join(' and ')}, too` : `give a token, or ${OAUTH.join(', ')}`;
      addIssue({ code: 'custom', path: [missing[0] ?? 'token'], message: way });
    }
  });

export type HubspotSettings = z.infer<typeof hubspotSettings>;

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
