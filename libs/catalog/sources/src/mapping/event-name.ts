/** A producer's name for an event, and our type for it. */
export interface EventName {
  /** snake_case; empty when the name has no letter and no digit. */
  readonly type: string;
  /** The name as sent where the type cannot give it back, else null. */
  readonly sent: string | null;
}

/** In characters; a longer type is cut, and the name kept. */
const LONGEST_TYPE = 200;
const MOST_REMEMBERED = 2_000;
const remembered = new Map<string, EventName>();

/**
 * "Demo Requested", "demoRequested" and "demo-requested" are all demo_requested: which of these was sent is not kept.
 * Where more than the way of writing is lost ("C++ Downloaded", "A/B Test"), `sent` has the name. Remembered by the name as
 * sent, since names repeat by the million; starts anew when full, so that names that never repeat do not stay.
 */
export function readEventName(name: string): EventName {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const read = computeName(name);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (name.length <= LONGEST_TYPE) remembered.set(name, read);
  return read;
}

/** Marks belong to the letter before them; the selectors of emoji styles and enclosing marks are not of a word. */
const WORD = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{Mn}\p{Mc}](?<![\uFE00-\uFE0F]))*/gu;
/** What the words of a type are joined by in the usual ways of writing it. */
const USUAL = [' ', '_', '-', '.', ''];

function computeName(name: string): EventName {
  const composed = name.normalize('NFC');
  const words =
    composed
      .replace(/([\p{Ll}\p{N}]\p{M}*)(\p{Lu})/gu, '$1_$2')
      .replace(/(\p{Lu}\p{M}*)(\p{Lu}\p{M}*\p{Ll})/gu, '$1_$2')
      .toLowerCase()
      .normalize('NFC')
      .match(WORD) ?? [];
  const whole = words.join('_');
  const type = whole.length <= LONGEST_TYPE ? whole : [...whole].slice(0, LONGEST_TYPE).join('');
  const lower = composed.toLowerCase().normalize('NFC');
  const isGivenBack = type === whole && USUAL.some((joint) => words.join(joint) === lower);
  return { type, sent: isGivenBack ? null : name };
}
