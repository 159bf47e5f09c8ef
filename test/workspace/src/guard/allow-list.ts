/** What a guard finds today and lets pass, by the part of the work that takes it away. */
export type AllowList = Readonly<Record<string, readonly string[]>>;

export interface Comparison {
  /** Found and not on the list. */
  readonly refused: readonly string[];
  /** On the list and not found any more: to be taken off it. */
  readonly notNeeded: readonly string[];
}

/** A guard holds when this is HOLDS: its list may then shrink and never grow. */
export function compare(found: Iterable<string>, allowList: AllowList): Comparison {
  const all = new Set(found);
  const allowed = Object.values(allowList).flat();
  return {
    refused: [...all].filter((one) => !allowed.includes(one)).sort(),
    notNeeded: allowed.filter((one) => !all.has(one)),
  };
}

export const HOLDS: Comparison = { refused: [], notNeeded: [] };
