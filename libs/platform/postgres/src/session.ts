import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

import type { CopySource, SqlSession } from './sink';
import { within } from './within';

/** Small rows would be a packet each. */
const BLOCK_BYTES = 64 * 1024;

/** What `work` of a transaction is given, and whether it was the database or the network that failed. */
export class Session implements SqlSession {
  readonly #client: PoolClient;
  readonly #timeoutMs: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(client: PoolClient, timeoutMs: number) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  /** The first failure of a statement; after it the transaction cannot go on. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  async query(text: string, values: readonly unknown[] = []): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { rows } = await this.#noting(this.#client.query<Record<string, unknown>>(text, [...values]));
    return rows;
  }

  async copyIn(statement: string, rows: CopySource): Promise<number> {
    let own: { readonly error: unknown } | undefined;
    const source = inBlocks(rows, (error) => (own = { error }));
    const copy = this.#client.query(copyFrom(statement));
    try {
      await within(this.#timeoutMs, this.#client, pipeline(Readable.from(source, { objectMode: true }), copy));
      return copy.rowCount;
    } catch (error) {
      if (own !== undefined) throw own.error;
      this.#failure ??= { error };
      throw error;
    }
  }

  async #noting<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await within(this.#timeoutMs, this.#client, work);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }
}

async function* inBlocks(rows: CopySource, onFailure: (error: unknown) => void): AsyncGenerator<Buffer> {
  let block: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const row of rows) {
      const piece = typeof row === 'string' ? Buffer.from(row) : row;
      block.push(piece);
      bytes += piece.byteLength;
      if (bytes < BLOCK_BYTES) continue;
      yield Buffer.concat(block);
      block = [];
      bytes = 0;
    }
  } catch (error) {
    onFailure(error);
    throw error;
  }
  if (bytes > 0) yield Buffer.concat(block);
}
