import type { AddressHints } from '../http/public-url';

/** What is used of Fastify's request; `source` is noted for the filter once the key has named it. */
export interface HttpRequest {
  readonly headers: AddressHints & { readonly authorization?: string };
  source?: string;
}
