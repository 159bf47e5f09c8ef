/** The figures of a back-test once more, from their definitions and not from the SQL: pairs and sorted lists of single scores. */
export interface JudgedScore {
  readonly score: number;
  /** Days since the last activity; null: never. */
  readonly recency: number | null;
  readonly isConverted: boolean;
  readonly isQualified: boolean;
}

/** Chance that one that converted ranks above one that did not, over all pairs; null: there are none. */
export function aucOf(rows: readonly JudgedScore[], rankOf: (row: JudgedScore) => number): number | null {
  let pairs = 0;
  let won = 0;
  for (const one of rows.filter((row) => row.isConverted)) {
    for (const other of rows.filter((row) => !row.isConverted)) {
      pairs += 1;
      won += rankOf(one) > rankOf(other) ? 1 : rankOf(one) === rankOf(other) ? 0.5 : 0;
    }
  }
  return pairs === 0 ? null : won / pairs;
}

export const byScore = ({ score }: JudgedScore): number => score;
export const byRecency = ({ recency }: JudgedScore): number => (recency === null ? -Infinity : -recency);

/** Tenth by the middle of those who tie -> [scores, conversions]. */
export function decilesOf(rows: readonly JudgedScore[]): Map<number, [number, number]> {
  const found = new Map<number, [number, number]>();
  for (const row of rows) {
    const better = rows.filter((other) => other.score > row.score).length;
    const equal = rows.filter((other) => other.score === row.score).length;
    const decile = Math.min(10, 1 + Math.floor((20 * better + 10 * equal) / (2 * rows.length)));
    const [entities, conversions] = found.get(decile) ?? [0, 0];
    found.set(decile, [entities + 1, conversions + (row.isConverted ? 1 : 0)]);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

/** Share of all conversions among the best part; each of those who tie at its border counts in part. */
export function capturedOf(
  rows: readonly JudgedScore[],
  part: number,
  rankOf: (row: JudgedScore) => number,
): number | null {
  const all = rows.filter((row) => row.isConverted).length;
  if (all === 0) return null;
  let room = rows.length * part;
  let captured = 0;
  for (const rank of [...new Set(rows.map(rankOf))].sort((a, b) => b - a)) {
    const tied = rows.filter((row) => rankOf(row) === rank);
    captured += tied.filter((row) => row.isConverted).length * Math.min(1, room / tied.length);
    room = Math.max(0, room - tied.length);
  }
  return captured / all;
}

export function wilson(hits: number, of: number): [low: number, high: number] {
  const z = 1.959963984540054;
  const p = hits / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  return [middle - half, middle + half];
}

/** Precision and recall of a choice. */
export function judge(rows: readonly JudgedScore[], isChosen: (row: JudgedScore) => boolean) {
  const chosen = rows.filter(isChosen);
  const hits = chosen.filter((row) => row.isConverted).length;
  const all = rows.filter((row) => row.isConverted).length;
  const precision = chosen.length === 0 ? null : hits / chosen.length;
  const recall = all === 0 ? null : hits / all;
  return { chosen: chosen.length, hits, precision, recall, f1: (2 * hits) / (chosen.length + all) };
}

/** The highest F1; with a least precision the highest recall of those that reach it. Of equal ones the higher; null: none. */
export function suggestedThreshold(rows: readonly JudgedScore[], minPrecision: number | null): number | null {
  let best: { readonly threshold: number; readonly worth: number } | null = null;
  for (const threshold of [...new Set(rows.map(byScore))].sort((a, b) => b - a)) {
    const { hits, precision, recall, f1 } = judge(rows, (row) => row.score >= threshold);
    if (hits === 0 || (minPrecision !== null && (precision ?? 0) < minPrecision)) continue;
    const worth = minPrecision === null ? f1 : (recall ?? 0);
    if (best === null || worth > best.worth) best = { threshold, worth };
  }
  return best?.threshold ?? null;
}
