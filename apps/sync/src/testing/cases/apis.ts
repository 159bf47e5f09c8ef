import {
  createHubspotServer,
  createSalesforceServer,
  createSlackServer,
  createWebhookServer,
  type MadeApi,
} from '@millrace/catalog-destinations/testing';

import type { DeliveryCase } from './case';

export interface CaseServer {
  readonly order?: string;
  readonly jobEnd?: string;
  readonly token?: NonNullable<DeliveryCase['server']['token']>;
}

/** A kind of destination that has cases. */
export interface CaseApi {
  readonly kind: string;
  readonly object: string;
  /** Makes its API behave as the case says, besides verdicts and faults. */
  readonly createApi: (server: CaseServer) => Promise<MadeApi>;
  /** Settings as a user would write them, for an API at this address. */
  readonly settings: (url: string) => Record<string, unknown>;
  /** How often it was asked for a token, and how many jobs were begun. */
  readonly isTokenRequest?: (path: string) => boolean;
  readonly isJobRequest?: (request: { readonly method: string; readonly path: string }) => boolean;
  readonly isReadRequest?: (request: { readonly method: string; readonly path: string }) => boolean;
}

export const TIMEOUT_SECONDS = 1;

const salesforce = {
  kind: 'salesforce',
  object: 'Contact',
  createApi: ({ order, jobEnd, token }: CaseServer) =>
    createSalesforceServer({
      ...(order === 'reversed' ? { order } : {}),
      ...(jobEnd === 'Failed' ? { job_end: jobEnd } : {}),
      ...(token === undefined ? {} : { token }),
    }),
  settings: (url: string) => ({
    login_url: url,
    allowed_hosts: [new URL(url).host],
    client_id: 'app',
    client_secret: 'a client secret',
    allow_private_addresses: true,
    poll_seconds: 1,
  }),
  isTokenRequest: (path: string) => path.includes('/oauth2/token'),
  isJobRequest: ({ method, path }) => method === 'POST' && path.endsWith('/jobs/ingest'),
  // E-mails are looked up first.
  isReadRequest: ({ method }) => method === 'GET',
} as const satisfies CaseApi;

/** By the name that the cases have for it; a line more for each kind. */
export const CASE_APIS: Readonly<Record<string, CaseApi>> = {
  webhook: {
    kind: 'webhook',
    object: 'lead',
    createApi: createWebhookServer,
    settings: (url) => ({
      url,
      secret: 'a shared secret of length',
      allow_private_addresses: true,
      timeout_seconds: TIMEOUT_SECONDS,
    }),
  },
  hubspot: {
    kind: 'hubspot',
    object: 'contacts',
    createApi: ({ token }) => createHubspotServer(token === undefined ? {} : { token }),
    settings: (url) => ({
      url,
      client_id: 'app',
      client_secret: 'a client secret',
      refresh_token: 'a refresh token',
      allow_private_addresses: true,
    }),
    isTokenRequest: (path) => path.startsWith('/oauth/'),
    // By e-mail the record ids are read first.
    isReadRequest: ({ path }) => path.split('?')[0]?.endsWith('/batch/read') === true,
  },
  salesforce,
  salesforce_bulk: salesforce,
  slack: {
    kind: 'slack',
    object: 'alerts',
    createApi: () => createSlackServer(),
    settings: (url) => ({ url, token: 'xoxb-1-a-token', channel: 'C0123456789', allow_private_addresses: true }),
  },
};
