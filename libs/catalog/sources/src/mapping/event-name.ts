const MOST_REMEMBERED = 2_000;
const remembered = new Map<string, string>();

/**
 * A producer's event name in our form: "Demo Requested", "demoRequested" and "demo-requested" are all demo_requested.
 * Empty when nothing of it can be kept. Remembered, since names repeat by the million.
 */
export function toEventName(name: string): string {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const words = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  if (remembered.size < MOST_REMEMBERED && name.length <= 200) remembered.set(name, words);
  return words;
}
