import { readTokenAnswer, type Auth } from '@millrace/platform-http';

import { staticToken } from '../wire/static-token';
import type { HubspotSettings } from './hubspot-settings';

/** The version of the token endpoint; v1 ends on 2027-02-16. */
const TOKEN_PATH = '/oauth/2026-03/token';

/** A private app's token is for good; an OAuth app gets access tokens that live for half an hour. */
export function hubspotAuth({ token, url, client_id, client_secret, refresh_token }: HubspotSettings): Auth {
  if (token !== undefined) return staticToken(token);
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: client_id ?? '',
    client_secret: client_secret ?? '',
    refresh_token: refresh_token ?? '',
  });
  return {
    token: async (send) =>
      readTokenAnswer(
        await send({
          method: 'POST',
          url: `${url.replace(/\/+$/, '')}${TOKEN_PATH}`,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: form.toString(),
        }),
      ),
  };
}
