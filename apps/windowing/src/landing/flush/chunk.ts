import type { Verdict } from '@millrace/contract-signal';

import { ObjectContainer } from '../avro/object-container';
import type { ServedSchema, TimeUnits } from '../avro/flat-schema';
import type { Lane } from '../partitions/lane';
import type { SkippedRange } from '../partitions/skipped-range';

/** A signal as a line of JSON for the reference insert. */
export type JsonRow = string;

export interface QuarantinedRecord {
  readonly lane: Pick<Lane, 'topic' | 'topicEpoch' | 'partition'>;
  readonly offset: number;
  readonly appendedAt: number;
  readonly verdict: Verdict;
  readonly schemaId: number | null;
  /** A copy: the fetched buffer is not kept for it. */
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface FastPart {
  readonly schemaId: number;
  /** Units of the two times in a millisecond. */
  readonly units: TimeUnits;
  readonly container: ObjectContainer;
}

/** What one flush brings to ClickHouse: everything of its lanes since the flush before it. */
export class Chunk {
  readonly epoch: number;
  readonly lanes: Lane[] = [];
  readonly containers = new Map<number, FastPart>();
  readonly rows: JsonRow[] = [];
  readonly quarantined: QuarantinedRecord[] = [];
  readonly skipped: { readonly lane: Lane; readonly range: SkippedRange }[] = [];
  /** Every offset below is in this chunk or in one before it. */
  readonly positions = new Map<Lane, number>();
  /** Newest append time per lane, for the lag. */
  readonly appendedAt = new Map<Lane, number>();
  startedAt = 0;
  private rowBytes = 0;
  private readonly laneNumbers = new Map<Lane, number>();

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  get rowCount(): number {
    let count = this.rows.length + this.quarantined.length;
    for (const { container } of this.containers.values()) count += container.rows;
    return count;
  }

  get byteCount(): number {
    let count = this.rowBytes;
    for (const { container } of this.containers.values()) count += container.bytes;
    return count;
  }

  get isEmpty(): boolean {
    return this.positions.size === 0 && this.skipped.length === 0 && this.rowCount === 0;
  }

  /** The lane's number in this chunk's containers. */
  numberOf(lane: Lane): number {
    let number = this.laneNumbers.get(lane);
    if (number === undefined) {
      number = this.lanes.push(lane) - 1;
      this.laneNumbers.set(lane, number);
    }
    return number;
  }

  containerOf(schemaId: number, { schema, units }: ServedSchema): ObjectContainer {
    let part = this.containers.get(schemaId);
    if (part === undefined) {
      part = { schemaId, units, container: new ObjectContainer(schema) };
      this.containers.set(schemaId, part);
    }
    return part.container;
  }

  addRow(row: JsonRow): void {
    this.rows.push(row);
    this.rowBytes += row.length;
  }

  addQuarantined(record: QuarantinedRecord): void {
    this.quarantined.push(record);
    this.rowBytes += record.bytes.length + 100;
  }

  addSkipped(lane: Lane, range: SkippedRange): void {
    this.skipped.push({ lane, range });
  }
}
