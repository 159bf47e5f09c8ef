import { deflateRawSync, inflateRawSync } from 'node:zlib';

import type { OffsetRun } from '../attempt/partition-count';

/**
 * Runs of offsets, ascending and apart, as text for a record of the chain: the gap before each and its length as variable-length
 * integers, deflated, base64. About one bit an offset at worst, a few bytes for a run of a million.
 */
export function encodeRuns(runs: readonly OffsetRun[]): string {
  const bytes: number[] = [];
  let next = 0;
  for (const { first, last } of runs) {
    if (first < next || last < first) throw new RangeError(`the run ${first}-${last} is out of order`);
    writeVarint(bytes, first - next);
    writeVarint(bytes, last - first);
    next = last + 1;
  }
  return deflateRawSync(Uint8Array.from(bytes)).toString('base64');
}

export function decodeRuns(text: string): OffsetRun[] {
  const bytes = inflateRawSync(Buffer.from(text, 'base64'));
  const runs: OffsetRun[] = [];
  let at = 0;
  let next = 0;
  const read = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('the runs end within a number');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const first = next + read();
    const last = first + read();
    runs.push({ first, last });
    next = last + 1;
  }
  return runs;
}

function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
}
