import { copyBytes, dataViewOf } from './words';
import { writeLong } from './write-long';

/** Bytes that provenance takes at most: an int and two longs as varints. */
const LONGEST_PREFIX = 5 + 9 + 9;
/** A block is closed when the next record might not fit. */
const BLOCK_BYTES = 256 * 1024;
const SYNC = Buffer.from('millrace-landing');

/**
 * An Avro object container of records that are already encoded, uncompressed, without copying a record twice. Grows
 * block by block; `parts()` are the file's bytes in order.
 */
export class ObjectContainer {
  rows = 0;
  bytes = 0;
  private readonly done: Buffer[];
  private block: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  private view = dataViewOf(this.block);
  private blockRows = 0;
  private used = 0;
  /** `appendedAt` of the last record, encoded: with the broker's time it is the same for a whole batch. */
  private stampOf = -1;
  private readonly stamp = new Uint8Array(9);
  private stampLength = 0;

  constructor(schema: string) {
    this.done = [header(schema)];
  }

  /** Appends the record `provenance ‖ body` with the body's bytes `source[start, end)`. */
  append(lane: number, offset: number, appendedAt: number, source: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.used + LONGEST_PREFIX + length > this.block.length) this.startBlock(LONGEST_PREFIX + length);
    const block = this.block;
    let at = writeLong(block, this.used, lane);
    at = writeLong(block, at, offset);
    if (appendedAt !== this.stampOf) this.setStamp(appendedAt);
    for (let index = 0; index < this.stampLength; index++) block[at++] = this.stamp[index] as number;
    copyBytes(source, start, end, this.view, at);
    at += length;
    this.bytes += at - this.used;
    this.used = at;
    this.blockRows++;
    this.rows++;
  }

  parts(): readonly Buffer[] {
    this.closeBlock();
    return this.done;
  }

  /** The records of each block, without the file around them. */
  blocks(): readonly Buffer[] {
    // Behind the header three parts a block: its head, its records, the sync marker.
    return this.parts().filter((_part, index) => index > 0 && index % 3 === 2);
  }

  private setStamp(appendedAt: number): void {
    this.stampOf = appendedAt;
    this.stampLength = writeLong(this.stamp, 0, appendedAt);
  }

  private startBlock(atLeast: number): void {
    this.closeBlock();
    this.useBlock(Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, atLeast)));
  }

  private useBlock(block: Buffer): void {
    this.block = block;
    this.view = dataViewOf(block);
  }

  private closeBlock(): void {
    if (this.blockRows === 0) return;
    const head = Buffer.allocUnsafe(18);
    const length = writeLong(head, writeLong(head, 0, this.blockRows), this.used);
    this.done.push(head.subarray(0, length), this.block.subarray(0, this.used), SYNC);
    this.useBlock(this.block.subarray(this.used));
    this.blockRows = 0;
    this.used = 0;
  }
}

function header(schema: string): Buffer {
  const entries = [
    ['avro.codec', 'null'],
    ['avro.schema', schema],
  ] as const;
  const chunks: Buffer[] = [Buffer.from('Obj\u0001'), long(entries.length)];
  for (const text of entries.flat()) chunks.push(long(Buffer.byteLength(text)), Buffer.from(text));
  chunks.push(long(0), SYNC);
  return Buffer.concat(chunks);
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  return bytes.subarray(0, writeLong(bytes, 0, value));
}
