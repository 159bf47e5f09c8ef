import { createWebhookServer, type MadeApi } from '@millrace/catalog-destinations/testing';

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
};
