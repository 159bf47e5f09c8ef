/** Ranges [first, end) of at most `size` neighbouring chunks, those that are finished left out. */
export function chunkRanges(
  chunks: number,
  finished: ReadonlySet<number>,
  size: number,
): [first: number, end: number][] {
  const ranges: [number, number][] = [];
  for (let chunk = 0; chunk < chunks; chunk++) {
    if (finished.has(chunk)) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === chunk && chunk - last[0] < size) last[1] = chunk + 1;
    else ranges.push([chunk, chunk + 1]);
  }
  return ranges;
}
