import { ExactNumber } from '../json/exact-number';
import { jsonText } from '../json/json-text';
import { isAddressField, jsonTextWithoutAddresses } from './addresses';
import { isEmpty, type JsonObject } from './values';

/** Deeper objects are kept as JSON text. */
const DEEPEST = 5;

/** An object without inherited keys, so that `__proto__` and `constructor` are keys like others; faster than a bare one. */
function createRecord(): Record<string, string> {
  return new (Bare as unknown as new () => Record<string, string>)();
}
function Bare(): void {}
Bare.prototype = Object.create(null) as object;

export type Refusal = 'too_many' | 'too_deep';

/**
 * The properties of one signal. Nested objects become dotted keys ({plan: {seats: 5}} is "plan.seats": "5"), lists and
 * empty objects JSON text; null is left out. A key that is taken gets #2, #3 and so on, unless it holds the same text: so
 * nothing takes another's place. Any key is a key, `__proto__` too.
 */
export class PropertyMap {
  #room: number;

  /** `dropped` names what must not be stored, and everything below it. */
  constructor(
    private readonly dropped: readonly string[],
    private readonly most: number,
    readonly values: Record<string, string> = createRecord(),
  ) {
    this.#room = most;
  }

  /** The same map with room for `most` more. */
  withRoom(): PropertyMap {
    return new PropertyMap(this.dropped, this.most, this.values);
  }

  /** Adds each field under its own name. */
  addAll(object: JsonObject): Refusal | null {
    return this.#addEach('', object, 1, false);
  }

  add(name: string, value: unknown): Refusal | null {
    return this.#add(name, value, 1, false);
  }

  /** Like `add`, and leaves out what holds an IP address. */
  addWithoutAddresses(name: string, value: unknown): Refusal | null {
    return this.#add(name, value, 1, true);
  }

  #add(name: string, value: unknown, depth: number, isStripped: boolean): Refusal | null {
    if (this.#isDropped(name)) return null;
    if (typeof value === 'string') return this.#put(name, value);
    if (value === null || value === undefined) return null;
    if (typeof value !== 'object' || value instanceof ExactNumber) return this.#put(name, String(value));
    if (!Array.isArray(value) && depth < DEEPEST && !isEmpty(value as JsonObject)) {
      return this.#addEach(`${name}.`, value as JsonObject, depth + 1, isStripped);
    }
    const text = isStripped ? jsonTextWithoutAddresses(value) : jsonText(value);
    return text === null ? 'too_deep' : this.#put(name, text);
  }

  #addEach(prefix: string, object: JsonObject, depth: number, isStripped: boolean): Refusal | null {
    for (const key in object) {
      if (isStripped && isAddressField(key)) continue;
      const refusal = this.#add(prefix + key, object[key], depth, isStripped);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  #put(name: string, text: string): Refusal | null {
    let free = name;
    for (let copy = 2; this.values[free] !== undefined; copy += 1) {
      if (this.values[free] === text) return null;
      free = `${name}#${copy}`;
    }
    this.#room -= 1;
    if (this.#room < 0) return 'too_many';
    this.values[free] = text;
    return null;
  }

  #isDropped(name: string): boolean {
    for (const start of this.dropped) {
      if (name.startsWith(start) && (name.length === start.length || name[start.length] === '.')) return true;
    }
    return false;
  }
}
