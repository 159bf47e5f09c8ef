import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

import { REJECTED_COLUMNS } from '@millrace/catalog-sources';
import { MillraceError } from '@millrace/platform-errors';
import { stringify, type Stringifier } from 'csv-stringify';

/**
 * Refused rows as they were, behind line, reason and detail, to be corrected and imported again. Cells that a
 * spreadsheet would run as a formula get a `'` in front. The file is made with its first row.
 */
export class RejectedFile {
  #csv: Stringifier | undefined;
  #file: WriteStream | undefined;
  #failed: Error | undefined;

  constructor(
    private readonly path: string,
    private readonly delimiter: string,
    private readonly header: readonly string[],
  ) {}

  /** Resolves once there is room for more. */
  async add(line: number, reason: string, detail: string, cells: readonly string[]): Promise<void> {
    const csv = (this.#csv ??= this.#open());
    if (this.#failed !== undefined) throw this.#unwritable(this.#failed);
    if (csv.write([String(line), reason, detail, ...cells])) return;
    await new Promise<void>((resolve) => {
      csv.once('drain', resolve).once('close', resolve);
    });
  }

  async close(): Promise<void> {
    if (this.#csv === undefined || this.#file === undefined) return;
    this.#csv.end();
    try {
      if (this.#failed === undefined) await finished(this.#file);
    } catch (error) {
      this.#failed ??= error as Error;
    }
    if (this.#failed !== undefined) throw this.#unwritable(this.#failed);
  }

  #unwritable(cause: Error): MillraceError {
    return new MillraceError(`The rejected rows cannot be written to ${this.path}: ${cause.message}`, {
      code: 'FILE_UNWRITABLE',
      actor: 'operator',
      advice: 'Make room, or name another file with --rejected, and import it again',
      cause,
    });
  }

  #open(): Stringifier {
    const csv = stringify({ delimiter: this.delimiter, escape_formulas: true, record_delimiter: 'windows' });
    const file = createWriteStream(this.path);
    this.#file = file;
    file.on('error', (error) => {
      this.#failed = error;
      csv.destroy();
    });
    csv.pipe(file);
    csv.write([...REJECTED_COLUMNS, ...this.header]);
    return csv;
  }
}
