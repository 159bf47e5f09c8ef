import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

import { buildConnector } from 'undici';

/** Marks the failure of a connection that was not tried. */
export const FORBIDDEN = 'MILLRACE_ADDRESS_FORBIDDEN';

export interface GuardOptions {
  readonly timeoutMs: number;
  readonly isAllowed: (address: string) => boolean;
  /** Default: the system's resolver. */
  readonly lookup?: LookupFunction | undefined;
}

/**
 * Connects to allowed addresses only. A name is looked up once, and the addresses that the check saw are the ones that are
 * connected to: a name that answers otherwise the next time gains nothing. Forbidden addresses are left out before a packet
 * is sent, so that they answer alike whether or not anybody listens there.
 */
export function createGuardedConnector({ timeoutMs, isAllowed, lookup }: GuardOptions): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(isAllowed, lookup) });
  return (target, callback) => {
    // Node asks no lookup for what is an address already.
    if (isIP(target.hostname) !== 0 && !isAllowed(target.hostname)) callback(forbidden(target.hostname), null);
    else connect(target, callback);
  };
}

/** Looks a name up and leaves out what is not allowed; Node connects to what it answers. Not asked for what is an address. */
export function guardedLookup(
  isAllowed: (address: string) => boolean,
  lookup: LookupFunction = systemLookup,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const addresses = (Array.isArray(found) ? found : []).filter(({ address }) => isAllowed(address));
      const [first] = addresses;
      if (first === undefined) callback(forbidden(hostname), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Failure of a connection that was not tried. */
export const forbidden = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${hostname} has no address that may be called`), { code: FORBIDDEN });
