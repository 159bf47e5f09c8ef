import { isAddressField } from './addresses';

/** What all names of one list of dropped names share. */
interface Memory {
  readonly dropped: readonly string[];
  readonly roots: PropertyName[];
  room: number;
}

const MOST_REMEMBERED = 10_000;
const LONGEST_REMEMBERED = 200;

/**
 * The name of a property by its path, with what is known of it. The same names come by the million, so they are remembered:
 * a field costs one look-up instead of a joined text and three patterns. Starts anew when full, so that names that never
 * repeat do not stay.
 */
export class PropertyName {
  readonly isDropped: boolean;
  /** True for a field that holds an IP address, as SDKs and gateways name them. */
  readonly isAddress: boolean;
  private readonly known = new Map<string, PropertyName>();

  private constructor(
    readonly text: string,
    /** Stands before the names below. */
    private readonly prefix: string,
    key: string,
    private readonly memory: Memory,
  ) {
    this.isDropped = memory.dropped.some((start) => isAtOrBelow(text, start));
    this.isAddress = isAddressField(key);
  }

  static roots(dropped: readonly string[]): PropertyNames {
    const memory: Memory = { dropped, roots: [], room: MOST_REMEMBERED };
    const own = new PropertyName('', '', '', memory);
    const utm = new PropertyName('', 'utm_', '', memory);
    memory.roots.push(own, utm);
    return { own, utm };
  }

  /** The name of the field `key` below this one. */
  below(key: string): PropertyName {
    return this.known.get(key) ?? this.remember(key);
  }

  private remember(key: string): PropertyName {
    const text = this.prefix + key;
    const name = new PropertyName(text, `${text}.`, key, this.memory);
    if (text.length > LONGEST_REMEMBERED) return name;
    if (this.memory.room === 0) {
      for (const root of this.memory.roots) root.known.clear();
      this.memory.room = MOST_REMEMBERED;
    }
    this.memory.room -= 1;
    this.known.set(key, name);
    return name;
  }
}

/** Where names begin. */
export interface PropertyNames {
  /** Of fields that keep their own names. */
  readonly own: PropertyName;
  /** Of fields that get `utm_` before theirs. */
  readonly utm: PropertyName;
}

const isAtOrBelow = (name: string, start: string): boolean =>
  name.startsWith(start) && (name.length === start.length || name[start.length] === '.');

const remembered = new WeakMap<readonly string[], PropertyNames>();

/** The names for one list of dropped names. It is the same list for all events of a source. */
export function propertyNames(dropped: readonly string[]): PropertyNames {
  let names = remembered.get(dropped);
  if (names === undefined) remembered.set(dropped, (names = PropertyName.roots(dropped)));
  return names;
}
