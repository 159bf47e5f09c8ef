import type { WireRequest } from '@millrace/platform-http';

import { INSTANCE } from './salesforce-auth';
import type { SalesforceSettings } from './salesforce-settings';

/** A request to the data API of the instance. Parts of the path are encoded by who gives them. */
export function dataRequest(
  { api_version }: SalesforceSettings,
  method: WireRequest['method'],
  path: string,
  body?: unknown,
): WireRequest {
  return {
    method,
    url: `${INSTANCE}/services/data/v${api_version}/${path}`,
    headers: body === undefined ? { accept: 'application/json' } : JSON_BODY,
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

const JSON_BODY = { accept: 'application/json', 'content-type': 'application/json; charset=utf-8' };
