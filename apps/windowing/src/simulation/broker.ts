import type { SealStep } from '@millrace/contract-window';

export interface SimulatedRecord {
  readonly offset: number;
  readonly appendedAt: number;
  /** marker: an offset without a record for readers. */
  readonly kind: 'signal' | 'bad' | 'marker';
  readonly id: string;
  readonly occurredAt: number;
}

/** A broker that never lies: partitions of one signal topic, and the log of decisions. */
export class Broker {
  readonly partitions: SimulatedRecord[][];
  readonly decisions: SealStep[] = [];
  /** Partitions without a leader: nothing can be read, no offset is named. */
  readonly silent = new Set<number>();

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, () => []);
  }

  append(partition: number, record: Omit<SimulatedRecord, 'offset'>): void {
    const log = this.logOf(partition);
    log.push({ ...record, offset: log.length });
  }

  logOf(partition: number): SimulatedRecord[] {
    const log = this.partitions[partition];
    if (log === undefined) throw new RangeError(`no partition ${partition}`);
    return log;
  }

  /** The first offset appended at or after `instant`; null while the partition is silent. */
  offsetAt(partition: number, instant: number): number | null {
    if (this.silent.has(partition)) return null;
    const log = this.logOf(partition);
    const found = log.findIndex((record) => record.appendedAt >= instant);
    return found < 0 ? log.length : found;
  }
}
