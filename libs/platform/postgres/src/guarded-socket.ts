import { isIP, Socket } from 'node:net';

import { forbidden, guardedLookup, isPublicAddress } from '@millrace/platform-http';

/**
 * A socket that connects to allowed addresses only. A name is looked up once, and what the check saw is connected to; TLS goes on
 * to check the certificate against the name.
 */
export function createGuardedSocket(allowPrivateAddresses: boolean): Socket {
  const isAllowed = allowPrivateAddresses ? () => true : isPublicAddress;
  const socket = new Socket();
  const connect = socket.connect.bind(socket);
  // The client calls it with port and host, and knows no other way to say how a name becomes an address.
  const guarded = (port: number, host: string): Socket => {
    if (isIP(host) === 0 || isAllowed(host)) return connect({ port, host, lookup: guardedLookup(isAllowed) });
    process.nextTick(() => socket.destroy(forbidden(host)));
    return socket;
  };
  socket.connect = guarded as Socket['connect'];
  return socket;
}
