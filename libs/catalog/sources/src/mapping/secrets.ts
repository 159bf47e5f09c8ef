import { jsonText, unlessTooDeep } from '../json/json-text';
import { isAddressField, jsonTextWithoutAddresses, withoutAddresses } from './addresses';
import { isObject } from './values';

/** The team's own: what they name an address is theirs to name so. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['properties', 'traits']);

/** True for a field that must not be stored. `within` is the event's field that it lies in, null for the event's own fields. */
export function isSecret(name: string, within: string | null): boolean {
  if (within === null) return name === 'writeKey' || isAddressField(name);
  return !OWN_FIELDS.has(within) && isAddressField(name);
}

/** JSON of an event as received, without its write key and IP addresses. Null when it is nested too deeply to write. */
export function jsonTextWithoutSecrets(event: unknown): string | null {
  if (!isObject(event)) return jsonTextWithoutAddresses(event);
  const kept = Object.entries(event).filter(([field]) => !isSecret(field, null));
  return unlessTooDeep(() =>
    jsonText(
      Object.fromEntries(
        kept.map(([field, value]) => [field, OWN_FIELDS.has(field) ? value : withoutAddresses(value)]),
      ),
    ),
  );
}
