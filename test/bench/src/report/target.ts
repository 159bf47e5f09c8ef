export interface Target {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the design asks for, in words. */
  readonly target: string;
  readonly ok: boolean;
}

export const atLeast = (what: string, value: number, bound: number, unit: string): Target => ({
  what,
  value,
  unit,
  target: `at least ${bound.toLocaleString('en-US')}`,
  ok: value >= bound,
});

export const atMost = (what: string, value: number, bound: number, unit: string): Target => ({
  what,
  value,
  unit,
  target: `at most ${bound.toLocaleString('en-US')}`,
  ok: value <= bound,
});
