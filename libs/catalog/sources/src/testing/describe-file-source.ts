import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

import fc from 'fast-check';

import type { FileSource } from '../source';
import { describeMapping, type UsualSettings } from './describe-source';
import { inPieces, readFileBy, type ReadFile } from './read-file';
import { splitRows } from './split-rows';

export interface FileConformance {
  readonly settings?: UsualSettings;
  /** A file with rows that are accepted and rows that are not. */
  readonly example: string;
  /** Other files of which rows are accepted. */
  readonly files?: readonly { readonly path: string; readonly settings?: object }[];
}

/** What every source of files must hold to: its mapping, and files of any bytes. */
export function describeFileSource(
  source: FileSource,
  folder: string,
  { settings = {}, example, files = [] }: FileConformance,
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

    it.each([
      { name: 'the example', content: Buffer.from(example), given: settings },
      ...files.map((file) => ({
        name: basename(file.path),
        content: readFileSync(file.path),
        given: { ...settings, ...file.settings },
      })),
    ])('gives the same records of $name with its rows reordered, repeated and in two files', async (file) => {
      const read = (content: string | Buffer): Promise<ReadFile> =>
        readFileBy(source, inPieces(content, 64), file.given);
      const whole = await read(file.content);
      expect(whole.error).toBeUndefined();
      expect(whole.mapped.length).toBeGreaterThan(0);
      const { header, rows } = splitRows(file.content);
      const order = fc.shuffledSubarray([...rows], { minLength: rows.length });
      const repeated = fc.array(fc.constantFrom(...rows), { maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(order, repeated, fc.nat({ max: rows.length }), async (all, more, cut) => {
          const lines = [...all, ...more];
          const parts = [lines.slice(0, cut), lines.slice(cut)].map((part) => [header, ...part].join('\n'));
          expect(toldBy(await Promise.all(parts.map(read)))).toEqual(toldBy([whole]));
        }),
        { numRuns: 50 },
      );
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

/** Records and reasons of several files, each once, wherever its row stands. */
const toldBy = (files: readonly ReadFile[]): string[] =>
  [
    ...new Set(
      files.flatMap(({ mapped, rejected, error }) => [
        ...mapped.map((one) => JSON.stringify(one)),
        ...rejected.map((one) => one.replace(/^\d+ /, '')),
        ...(error === undefined ? [] : [String(error)]),
      ]),
    ),
  ].sort();
