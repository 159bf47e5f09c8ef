import ipaddr from 'ipaddr.js';

/** Whether an IP address is one of the public internet: no private, loopback, link-local, multicast or reserved range. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // ::ffff:10.0.0.1 is 10.0.0.1: `process` unwraps it.
  return ipaddr.process(address).range() === 'unicast';
}
