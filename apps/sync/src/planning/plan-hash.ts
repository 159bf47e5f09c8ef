import { createHash } from 'node:crypto';

import type { DestinationEntry, ObjectMapping } from '../destinations/destination-file';

/** Hash of a plan's content: the mapping, the set of runs, and number and checksum of what is sent in which order. */
export function planHashOf(plan: {
  readonly entry: Pick<DestinationEntry, 'name' | 'kind'>;
  readonly mapping: ObjectMapping;
  /** Hash of the runs. */
  readonly set: string;
  readonly toSend: number;
  readonly checksum: string;
}): string {
  const { entry, mapping, set, toSend, checksum } = plan;
  const content = JSON.stringify([entry.name, entry.kind, mapping, set, toSend, checksum]);
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
