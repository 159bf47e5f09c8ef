import ipaddr from 'ipaddr.js';

/** What the registries give out; the rest of version 6 is local, reserved, or wraps an address of version 4. */
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');
const GLOBAL_UNICAST_BITS = 3;

/**
 * Whether an IP address is one of the public internet: not private, loopback, link-local, of a carrier's NAT, multicast or
 * reserved, and not one that is translated to version 4 on its way (NAT64, 6to4, Teredo). What is not an address is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // ::ffff:10.0.0.1 is 10.0.0.1: `process` unwraps it.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GLOBAL_UNICAST, GLOBAL_UNICAST_BITS);
}
