import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { ConfigError } from '@millrace/platform-errors';
import { createAccount, type Account, type CallRecord, type HttpClient } from '@millrace/platform-http';

import { CountedLimits, type CountedCall } from './counted-limits';
import type { ConfiguredDestination } from './load-destinations';

export interface AccountsOptions {
  readonly client: HttpClient;
  /** Part of the accounts' limits that this process may use. */
  readonly share?: number;
  /** Each request that was made, whoever made it. `names`: of the account's entries, joined by a comma. */
  readonly onCall?: (names: string, call: CallRecord) => void;
  /** Each call as the limits count it. `account`: as in `accountKeyOf`. */
  readonly onCount?: (account: string, call: CountedCall) => void;
}

/** One account of an API, for every entry of the file that has it. */
export interface DestinationAccount {
  /** As in `accountKeyOf`. */
  readonly key: string;
  readonly account: Account;
  readonly limits: CountedLimits;
  /** Code of the last request's failure, for the operator's log; empty when it was answered. */
  lastCause(): string;
}

type Configured = Pick<ConfiguredDestination, 'entry' | 'destination' | 'settings'>;

/** `<kind>:<hash of its name>`: some names are addresses that nobody else should know. */
export function accountKeyOf({ destination, settings }: Configured): string {
  const hash = createHash('sha256').update(destination.account(settings)).digest('hex');
  return `${destination.kind}:${hash.slice(0, 24)}`;
}

/**
 * The accounts of the entries, by the entry's name: entries of one account share its limits, its token and its rest. Throws a
 * ConfigError that names two entries of one account which state different limits, or may reach different addresses.
 */
export function createAccounts(
  all: readonly Configured[],
  options: AccountsOptions,
): ReadonlyMap<string, DestinationAccount> {
  const byKey = new Map<string, Configured[]>();
  for (const one of all) byKey.set(accountKeyOf(one), [...(byKey.get(accountKeyOf(one)) ?? []), one]);
  const accounts = new Map<string, DestinationAccount>();
  for (const [key, entries] of byKey) {
    const account = createOne(key, entries, options);
    for (const { entry } of entries) accounts.set(entry.name, account);
  }
  return accounts;
}

function createOne(
  key: string,
  entries: readonly Configured[],
  { client, share = 1, onCall, onCount }: AccountsOptions,
): DestinationAccount {
  const [first, ...others] = entries;
  if (first === undefined) throw new RangeError('an account needs an entry');
  for (const other of others) assertAlike(first, other);
  const { destination, settings } = first;
  const names = entries.map(({ entry }) => entry.name).join(',');
  const limits = new CountedLimits(
    destination.limits(settings),
    { share, reserve: Math.max(...entries.map(({ entry }) => entry.urgent_reserve)) },
    (call) => onCount?.(key, call),
  );
  let lastCause = '';
  const account = createAccount({
    client,
    limits,
    timeoutMs: Math.max(...entries.map((one) => one.destination.timeoutMs(one.settings))),
    allowPrivateAddresses: destination.allowsPrivateAddresses(settings),
    ...(destination.auth === undefined ? {} : { auth: destination.auth(settings) }),
    onCall: (call) => {
      lastCause = call.cause;
      onCall?.(names, call);
    },
  });
  return { key, account, limits, lastCause: () => lastCause };
}

function assertAlike(one: Configured, other: Configured): void {
  const statedBy = ({ destination, settings }: Configured): object => ({
    limits: destination.limits(settings),
    allowsPrivateAddresses: destination.allowsPrivateAddresses(settings),
  });
  if (isDeepStrictEqual(statedBy(one), statedBy(other))) return;
  throw new ConfigError(
    `The destinations ${one.entry.name} and ${other.entry.name} are one account of ${one.destination.title} with different limits`,
    {
      code: 'DESTINATION_INVALID',
      advice: 'Give both the same limits and the same allow_private_addresses: what one sends counts for the other',
      details: { destinations: [one.entry.name, other.entry.name] },
    },
  );
}
