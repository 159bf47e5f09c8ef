import fc from 'fast-check';

import type { FileSource } from '../source';
import { describeMapping, type UsualSettings } from './describe-source';
import { inPieces, readFileBy } from './read-file';

export interface FileConformance {
  readonly settings?: UsualSettings;
  /** A file with rows that are accepted and rows that are not. */
  readonly example: string;
}

/** What every source of files must hold to: its mapping, and files of any bytes. */
export function describeFileSource(
  source: FileSource,
  folder: string,
  { settings = {}, example }: FileConformance,
): void {
  describe(`the source ${source.type} conforms`, () => {
    describeMapping(source, folder, settings);

    it('names the fields that a column may be named for', () => {
      expect(source.fields.length).toBeGreaterThan(0);
    });

    it('reads the same from pieces of any size', async () => {
      const whole = await readFileBy(source, inPieces(example, 10_000), settings);
      expect(whole.error).toBeUndefined();
      expect(whole.mapped.length).toBeGreaterThan(0);
      expect(whole.rejected.length).toBeGreaterThan(0);
      for (let size = 1; size < 12; size += 1) {
        expect(await readFileBy(source, inPieces(example, size), settings)).toEqual(whole);
      }
    });

    it('ends at any bytes with rows, rejected rows or the reason why it is not a file', async () => {
      const header = Buffer.from(example.split('\n', 1)[0] ?? '');
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, hasHeader) => {
          const content = hasHeader ? Buffer.concat([header, Buffer.from('\n'), bytes]) : Buffer.from(bytes);
          const { error } = await readFileBy(source, inPieces(content), settings);
          expect(['undefined', 'string']).toContain(typeof error);
        }),
        { numRuns: 150 },
      );
    });
  });
}
