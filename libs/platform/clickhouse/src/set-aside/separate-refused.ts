export interface Refused<Item> {
  readonly item: Item;
  readonly error: unknown;
}

export interface Separation<Item> {
  /** One call to the store, all or nothing, and harmless to repeat. */
  readonly insert: (items: readonly Item[]) => Promise<void>;
  /** Whether it failed for what is in an item. Any other failure ends the separation and is thrown. */
  readonly isRefusal: (error: unknown) => boolean;
  /** After every call that was refused, `part` of them items. What it throws ends the separation. */
  readonly onRefusal?: (error: unknown, part: number, hasAccepted: boolean) => Promise<void>;
}

/**
 * Inserts all items but those that are refused even alone, which it returns. One call when nothing is refused; else halves,
 * first half first, at most 1 + 2 k ceil(log2 n) calls for k refused of n items.
 */
export async function separateRefused<Item>(
  items: readonly Item[],
  { insert, isRefusal, onRefusal }: Separation<Item>,
): Promise<readonly Refused<Item>[]> {
  const refused: Refused<Item>[] = [];
  const parts: (readonly Item[])[] = items.length === 0 ? [] : [items];
  let hasAccepted = false;
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    try {
      await insert(part);
      hasAccepted = true;
      continue;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await onRefusal?.(error, part.length, hasAccepted);
      const [only] = part;
      if (part.length === 1 && only !== undefined) refused.push({ item: only, error });
    }
    if (part.length === 1) continue;
    const middle = Math.ceil(part.length / 2);
    parts.push(part.slice(middle), part.slice(0, middle));
  }
  return refused;
}
