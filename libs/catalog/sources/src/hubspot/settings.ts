import { z } from 'zod';

/** Internal names of properties. */
const property = z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'the internal name of a property: a-z, 0-9 and _');
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
      .describe('Whose quota it is, such as the hub id: instances with one account share its limits.'),
    since: z.iso.date().default('1970-01-01').describe('What was last modified before is not read.'),
    overlap_seconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(300)
      .describe('The search finds what was modified some seconds later: so much is read again.'),
    own_id_property: property.optional().describe('Property that holds your own id of a person.'),
    own_account_id_property: property.optional().describe('Property that holds your own id of an account.'),
    tier_property: property.optional().describe('Property of a company: strategic, enterprise, mid, smb or none.'),
    is_target_property: property.optional().describe('Property of a company that is true for a target account.'),
    page_size: z.int().min(1).max(200).default(200),
    calls_per_ten_seconds: z.int().positive().default(100),
    url: z.url({ protocol: /^https?$/ }).default('https://api.hubapi.com'),
    allow_private_addresses: z.boolean().default(false),
  })
  .superRefine((given, { addIssue }) => {
    const missing = OAUTH.filter((name) => given[name] === undefined);
    if (given.token !== undefined && missing.length < OAUTH.length) {
      addIssue({ code: 'custom', path: ['token'], message: 'give a token or the three of OAuth, not both' });
    }
    if (given.token === undefined && missing.length > 0) {
      const message = `give a token, or ${OAUTH.join(', ')}`;
      addIssue({ code: 'custom', path: [missing[0] ?? 'token'], message });
    }
  });

export type HubspotSettings = z.output<typeof hubspotSettings>;
