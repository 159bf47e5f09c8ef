import { ExactNumber } from '../json/exact-number';
import { jsonText } from '../json/json-text';
import { jsonTextWithoutAddresses } from './addresses';
import type { PropertyName, PropertyNames } from './property-name';
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
 * empty objects JSON text; null and dropped names are left out. A key that is taken gets #2, #3 and so on, unless it holds
 * the same text: so nothing takes another's place. Any key is a key, `__proto__` too.
 */
export class PropertyMap {
  private room: number;

  constructor(
    readonly names: PropertyNames,
    private readonly most: number,
    readonly values: Record<string, string> = createRecord(),
  ) {
    this.room = most;
  }

  /** The same map with room for `most` more. */
  withRoom(): PropertyMap {
    return new PropertyMap(this.names, this.most, this.values);
  }

  /** Adds each field under its own name. */
  addAll(object: JsonObject): Refusal | null {
    return this.addFields(this.names.own, object, 1, false);
  }

  add(name: PropertyName, value: unknown): Refusal | null {
    return this.addValue(name, value, 1, false);
  }

  /** Like `add`, and leaves out what below it holds an IP address. */
  addWithoutAddresses(name: PropertyName, value: unknown): Refusal | null {
    return this.addValue(name, value, 1, true);
  }

  private addValue(name: PropertyName, value: unknown, depth: number, isStripped: boolean): Refusal | null {
    if (name.isDropped) return null;
    if (typeof value === 'string') return this.put(name.text, value);
    if (value === null || value === undefined) return null;
    if (typeof value !== 'object' || value instanceof ExactNumber) return this.put(name.text, String(value));
    if (!Array.isArray(value) && depth < DEEPEST && !isEmpty(value as JsonObject)) {
      return this.addFields(name, value as JsonObject, depth + 1, isStripped);
    }
    const text = isStripped ? jsonTextWithoutAddresses(value) : jsonText(value);
    return text === null ? 'too_deep' : this.put(name.text, text);
  }

  private addFields(name: PropertyName, object: JsonObject, depth: number, isStripped: boolean): Refusal | null {
    for (const key in object) {
      const field = name.below(key);
      if (isStripped && field.isAddress) continue;
      const refusal = this.addValue(field, object[key], depth, isStripped);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  private put(name: string, text: string): Refusal | null {
    let free = name;
    for (let copy = 2; this.values[free] !== undefined; copy += 1) {
      if (this.values[free] === text) return null;
      free = `${name}#${copy}`;
    }
    this.room -= 1;
    if (this.room < 0) return 'too_many';
    this.values[free] = text;
    return null;
  }
}
