import { createAccount, Limits, type Account, type CallRecord, type HttpClient } from '@millrace/platform-http';

import type { ConfiguredDestination } from './load-destinations';

export interface DestinationAccountOptions {
  readonly client: HttpClient;
  /** Part of the account's limits that this process may use. */
  readonly share?: number;
  readonly onCall?: (call: CallRecord) => void;
}

/** Who calls a destination: under its limits, with a part of each for what is urgent. */
export function createDestinationAccount(
  { entry, destination, settings }: Pick<ConfiguredDestination, 'entry' | 'destination' | 'settings'>,
  { client, share = 1, onCall }: DestinationAccountOptions,
): Account {
  return createAccount({
    client,
    limits: new Limits(destination.limits(settings), { share, reserve: entry.urgent_reserve }),
    timeoutMs: destination.wire(settings).timeoutMs,
    allowPrivateAddresses: destination.allowsPrivateAddresses(settings),
    ...(onCall === undefined ? {} : { onCall }),
  });
}
