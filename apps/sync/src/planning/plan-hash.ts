import { createHash } from 'node:crypto';

import type { DestinationEntry, ObjectMapping } from '../destinations/destination-file';

/** Hash of a plan's content: the mapping, the set of runs, number and checksum of what is sent in which order, the plan before. */
export function planHashOf(plan: {
  readonly entry: Pick<DestinationEntry, 'name' | 'kind'>;
  readonly mapping: ObjectMapping;
  /** Hash of the runs. */
  readonly set: string;
  readonly toSend: number;
  readonly checksum: string;
  /** Id of the plan that it comes after. */
  readonly after: string | undefined;
}): string {
  const { entry, mapping, set, toSend, checksum, after = '' } = plan;
  const content = JSON.stringify([entry.name, entry.kind, mapping, set, toSend, checksum, after]);
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
