import { refuseRequest, type HttpRoute, type ReadResult, type WriteKeyRoute } from '../source';
import { browserSettings } from './browser-settings';
import { CALL_PATHS, readBatch, readCallOf } from './read-request';

const post = (path: string, read: WriteKeyRoute['read']): WriteKeyRoute => ({
  method: 'POST',
  path: `/v1/${path}`,
  auth: 'write_key',
  read,
});

/** The key stands in the path, as SDKs in a page ask. Refused as a batch is. */
const settingsAt = (path: string): WriteKeyRoute => ({
  method: 'GET',
  path,
  auth: 'write_key',
  read: ({ params }): ReadResult => ({ ok: true, records: [], writeKey: params['writeKey'] ?? null }),
  answer: ({ writeKey }, { publicUrl }) =>
    publicUrl === undefined
      ? refuseRequest(400, 'The Host header names no host: set COLLECTOR_PUBLIC_URL, or send Host')
      : { status: 200, body: JSON.stringify(browserSettings(writeKey ?? '', publicUrl)) },
});

/** The long paths of servers and the short ones of browsers, and what SDKs in a page ask for before they send. */
export const segmentRoutes: readonly HttpRoute<unknown>[] = [
  ...['batch', 'b', 'import'].map((path) => post(path, readBatch)),
  ...Object.entries(CALL_PATHS).map(([path, type]) => post(path, readCallOf(type))),
  // Under either path of a CDN.
  settingsAt('/v1/projects/:writeKey/settings'),
  settingsAt('/analytics.js/v1/:writeKey/settings'),
  // Figures about the SDK itself, sent without a key by those who set apiHost only: taken and not kept.
  {
    method: 'POST',
    path: '/v1/m',
    auth: 'none',
    answer: () => ({ status: 200, body: JSON.stringify({ success: true }) }),
  },
];
