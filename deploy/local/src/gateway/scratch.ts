import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that live no longer than their request. */
export class Scratch {
  readonly #directory: string;
  #count = 0;

  /** Empties the directory: what a killed gateway left there belongs to no request. */
  constructor(directory: string) {
    this.#directory = directory;
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
  }

  newFile(): string {
    this.#count += 1;
    return join(this.#directory, `${this.#count}.bin`);
  }

  async withFile<T>(use: (file: string) => Promise<T>): Promise<T> {
    const file = this.newFile();
    try {
      return await use(file);
    } finally {
      await this.remove(file);
    }
  }

  async remove(file: string): Promise<void> {
    await rm(file, { force: true });
  }
}
