export const SEGMENTS = [
  'champions',
  'cannot_lose',
  'big_spenders',
  'loyal',
  'promising',
  'need_attention',
  'at_risk',
  'lost',
] as const;

type Range = readonly [from: number, to: number];

/** Scores from 1 to 5, both ends in. The first rule that fits names the segment. */
export interface SegmentRule {
  readonly segment: (typeof SEGMENTS)[number];
  readonly r: Range;
  readonly f: Range;
  readonly m: Range;
}

const ALL: Range = [1, 5];

export const DEFAULT_SEGMENTS: readonly SegmentRule[] = [
  { segment: 'champions', r: [4, 5], f: [4, 5], m: [4, 5] },
  { segment: 'cannot_lose', r: [1, 2], f: [4, 5], m: [4, 5] },
  { segment: 'big_spenders', r: [3, 5], f: ALL, m: [5, 5] },
  { segment: 'loyal', r: [3, 5], f: [4, 5], m: ALL },
  { segment: 'promising', r: [4, 5], f: ALL, m: ALL },
  { segment: 'need_attention', r: [3, 3], f: ALL, m: ALL },
  { segment: 'at_risk', r: [1, 2], f: [3, 5], m: ALL },
  { segment: 'at_risk', r: [1, 2], f: ALL, m: [4, 5] },
  { segment: 'lost', r: ALL, f: ALL, m: ALL },
];

export interface Scores {
  readonly r: number;
  readonly f: number;
  readonly m: number;
}

const RANKS = [1, 2, 3, 4, 5];
const EVERY: readonly Scores[] = RANKS.flatMap((r) => RANKS.flatMap((f) => RANKS.map((m) => ({ r, f, m }))));

const holds = ([from, to]: Range, rank: number): boolean => from <= rank && rank <= to;

/** Index of the rule that names the segment; -1 when none fits. */
export const ruleOf = (rules: readonly SegmentRule[], { r, f, m }: Scores): number =>
  rules.findIndex((rule) => holds(rule.r, r) && holds(rule.f, f) && holds(rule.m, m));

/** Scores that no rule fits. */
export const gapsIn = (rules: readonly SegmentRule[]): Scores[] =>
  EVERY.filter((scores) => ruleOf(rules, scores) === -1);

/** Index of the first rule that names nobody; -1 when there is none. */
export function ruleNeverUsed(rules: readonly SegmentRule[]): number {
  const used = new Set(EVERY.map((scores) => ruleOf(rules, scores)));
  return rules.findIndex((_, index) => !used.has(index));
}
