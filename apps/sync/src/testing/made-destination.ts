import { defineDestination, type Destination, type Route } from '@millrace/catalog-destinations';
import type { HttpClient } from '@millrace/platform-http';
import { z } from 'zod';

import type { DestinationRuntime, RuntimeSettings } from '../delivery/destination-runtime';
import { entryOf, runtimeOf } from './deliver-in-memory';

/** Nobody is called: a made route answers by itself. */
const NOBODY = {
  send: () => Promise.reject(new Error('nobody is called')),
  close: () => Promise.resolve(),
} as HttpClient;

const NO_WAY: Route['deliver'] = () => Promise.resolve({ kind: 'paused', detail: 'there is no way' });

/** A destination with one route that is made for a test; it takes 100 records at once unless told otherwise. */
export function madeDestination(route: Partial<Route>, more: Partial<Destination> = {}): Destination {
  return {
    ...defineDestination({
      kind: 'made',
      title: 'Made',
      settings: z.unknown(),
      guarantee: 'at_least_once',
      account: () => 'made',
      limits: () => [{ name: 'concurrency', kind: 'at_once', calls: 4 }],
      objects: { '*': { of: ['person', 'account'], match: ['email', 'id'], modes: ['update', 'upsert'], fields: {} } },
      timeoutMs: () => 1_000,
      allowsPrivateAddresses: () => true,
      routes: () => [
        {
          name: 'made',
          cut: { maxRecords: 100, maxBytes: 1_000_000 },
          encode: ({ record_id }) => record_id,
          deliver: NO_WAY,
          ...route,
        },
      ],
    }),
    ...more,
  };
}

export const madeRuntime = (destination: Destination, settings: Partial<RuntimeSettings> = {}): DestinationRuntime =>
  runtimeOf({ entry: entryOf('made'), destination, settings: {} }, NOBODY, settings);
