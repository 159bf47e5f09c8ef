import type { Evidence } from './evidence';

export const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9'] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

/** Looks at one invariant; nothing found means that it holds. */
export type Checker = (evidence: Evidence) => Promise<string[]> | string[];

const MOST_SHOWN = 8;

/** The first few of many, and how many there are. */
export function shorten(found: readonly string[]): string[] {
  if (found.length <= MOST_SHOWN) return [...found];
  return [...found.slice(0, MOST_SHOWN), `... and ${found.length - MOST_SHOWN} more`];
}
