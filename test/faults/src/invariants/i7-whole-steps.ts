import type { Reader } from '../world/reader';
import type { Evidence } from './evidence';

/** I7: a concurrent reader never sees part of a step, nor a step before those below it. */
export function checkWholeSteps({ step: last, chain }: Evidence, { looks }: Pick<Reader, 'looks'>): string[] {
  const found: string[] = [];
  const sealed = new Map(chain.winners.map(({ step }) => [step.step, step.totals.sealed]));
  const hashes = new Map<number, string>();
  for (const look of looks) {
    const seen = new Map(look.map((row) => [row.step, row]));
    const newest = Math.max(0, ...seen.keys());
    for (const [step, rows] of sealed) {
      if (step > newest || rows === 0) continue;
      const row = seen.get(step);
      if (row === undefined) {
        found.push(`step ${newest} was seen without step ${step}`);
        continue;
      }
      if (row.rows !== rows) found.push(`${row.rows} rows of step ${step} were seen, it has ${rows}`);
      const before = hashes.get(step) ?? row.hash;
      hashes.set(step, before);
      if (before !== row.hash) found.push(`step ${step} was seen with different rows`);
    }
    for (const step of seen.keys())
      if (step <= last && !sealed.has(step)) found.push(`step ${step} was seen, which is not in the log`);
  }
  return [...new Set(found)];
}
