import { createPrivateKey } from 'node:crypto';

import { z } from 'zod';

import { FIELD_NAME, OBJECT_NAME } from './salesforce-names';

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/** Whether a URL stays on this machine: a made API for tests and trials may be there without TLS. */
export const isLoopback = (url: URL): boolean => LOOPBACK.includes(url.hostname);

const origin = z
  .url({ protocol: /^https?$/ })
  .refine((text) => text.startsWith('https:') || isLoopback(new URL(text)), 'https is needed, except on this machine')
  .transform((text) => new URL(text).origin);

const privateKey = z.string().refine(isRsaKey, 'is not an RSA private key in PEM');

export const salesforceSettings = z
  .strictObject({
    client_id: z.string().min(1).describe('Consumer key of the app.'),
    client_secret: z.string().min(1).meta({ secret: true }).optional().describe('For client credentials.'),
    username: z.string().min(1).optional().describe('For a JWT: who the app acts as.'),
    private_key: privateKey
      .meta({ secret: true })
      .optional()
      .describe('For a JWT: PEM of the RSA key of its certificate.'),
    refresh_token: z
      .never('is not taken: one that rotates would have to be stored. Use client_secret, or username and private_key')
      .meta({ secret: true })
      .optional(),
    login_url: origin
      .default('https://login.salesforce.com')
      .describe('Client credentials need the address of My Domain, https://<name>.my.salesforce.com.'),
    audience: z.url().optional().describe('Of the JWT, where it is not login_url.'),
    allowed_hosts: z
      .array(z.string().min(1).toLowerCase())
      .default([])
      .describe('Hosts of instances besides those of salesforce.com and force.com, with the port if they have one.'),
    api_version: z
      .string()
      .regex(/^\d{2,3}\.0$/, 'is not a version such as 64.0')
      .default('64.0'),
    external_id_fields: z
      .record(z.string().regex(OBJECT_NAME), z.string().regex(FIELD_NAME))
      .default({})
      .describe('Per object the unique external id field that holds the match key, an e-mail or an id.'),
    bulk_above: z.int().min(0).default(2_000).describe('Plans with more records go as jobs of Bulk API 2.0.'),
    poll_seconds: z.number().positive().max(600).default(10),
    calls_per_day: z.int().positive().nullable().default(100_000).describe('In any 24 hours; null: not counted.'),
    concurrency: z.int().min(1).max(25).default(4),
    timeout_seconds: z.number().positive().max(600).default(120),
    allow_private_addresses: z.boolean().default(false),
  })
  .superRefine(({ client_secret, username, private_key }, { addIssue }) => {
    const isJwt = username !== undefined && private_key !== undefined;
    const isHalf = (username === undefined) !== (private_key === undefined);
    if (isHalf || isJwt === (client_secret !== undefined)) {
      addIssue({ code: 'custom', message: 'Give either client_secret, or username and private_key' });
    }
  });

export type SalesforceSettings = z.infer<typeof salesforceSettings>;

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
