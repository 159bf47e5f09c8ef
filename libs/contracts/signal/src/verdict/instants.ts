/** Factors by which a number of another unit is off, when it is read as milliseconds. */
const UNITS = [
  ['seconds', 1e3],
  ['microseconds', 1e-3],
  ['nanoseconds', 1e-6],
] as const;

const YEAR_2000 = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

/** ISO 8601, or the bare number where no date is that far away. */
export function instant(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? String(epochMs) : date.toISOString();
}

/** A hint at a producer that counts in another unit than its schema says: empty when no other unit makes sense. */
export function otherUnit(time: number, appendedAt: number): string {
  for (const [unit, factor] of UNITS) {
    const other = Math.floor(time * factor);
    if (other >= YEAR_2000 && other <= appendedAt + DAY_MS) return `; as ${unit} it would be ${instant(other)}`;
  }
  return '';
}
