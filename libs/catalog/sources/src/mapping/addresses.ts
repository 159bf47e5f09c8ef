import { ExactNumber } from '../json/exact-number';
import { jsonText, unlessTooDeep } from '../json/json-text';

/** Fields that hold a client's IP address, as SDKs and gateways name them; without case, dashes and underscores. */
const ADDRESS_FIELDS: ReadonlySet<string> = new Set([
  ...[
    'ip',
    'ips',
    'ipv4',
    'ipv6',
    'ipaddr',
    'ipaddress',
    'ipaddresses',
    'remoteaddr',
    'remoteaddress',
    'clientaddress',
  ],
  ...[
    'clientip',
    'clientipaddress',
    'remoteip',
    'requestip',
    'userip',
    'useripaddress',
    'deviceip',
    'sourceip',
    'localip',
  ],
  ...['realip', 'xrealip', 'forwarded', 'forwardedfor', 'xforwardedfor', 'xclientip', 'cfconnectingip', 'trueclientip'],
]);
/** Spares nearly every name the rest. */
const MAY_BE_ADDRESS = /ip|addr|forwarded/i;

export const isAddressField = (name: string): boolean =>
  MAY_BE_ADDRESS.test(name) && ADDRESS_FIELDS.has(name.toLowerCase().replace(/[-_]/g, ''));

/** `jsonText` without the fields that hold IP addresses, at any depth. */
export function jsonTextWithoutAddresses(value: unknown): string | null {
  const text = jsonText(value);
  return text !== null && MAY_BE_ADDRESS.test(text) ? unlessTooDeep(() => jsonText(withoutAddresses(value))) : text;
}

/** A copy. Throws RangeError when the value is nested too deeply. */
export function withoutAddresses(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAddresses);
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  const kept = Object.entries(value).filter(([name]) => !isAddressField(name));
  return Object.fromEntries(kept.map(([name, part]) => [name, withoutAddresses(part)]));
}
