import type { DestinationAccount } from '../destinations/create-account';
import type { CallsRepository } from './calls.repository';

/**
 * Counts what was called in the last 24 hours, so that a restart gives no account a second day. `share`: the part of the limits that
 * this process may use, and so of the calls that count for it.
 */
export async function restoreCalls(
  accounts: Iterable<DestinationAccount>,
  calls: Pick<CallsRepository, 'ofLastDay'>,
  { share, now }: { readonly share: number; readonly now: () => number },
): Promise<void> {
  const byKey = new Map([...accounts].map((account) => [account.key, account]));
  if (byKey.size === 0) return;
  for (const { account, ...call } of await calls.ofLastDay(now())) {
    byKey.get(account)?.limits.restore({ ...call, calls: Math.ceil(call.calls * share) });
  }
}
