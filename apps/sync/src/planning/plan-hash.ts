import { createHash } from 'node:crypto';

import type { DestinationEntry, ObjectMapping } from '../destinations/destination-file';

/** Hash of a plan's content: the mapping, the run, and number and checksum of what is sent in which order. */
export function planHashOf(plan: {
  readonly entry: Pick<DestinationEntry, 'name' | 'kind'>;
  readonly mapping: ObjectMapping;
  readonly runId: string;
  readonly toSend: number;
  readonly checksum: string;
}): string {
  const { entry, mapping, runId, toSend, checksum } = plan;
  const content = JSON.stringify([entry.name, entry.kind, mapping, runId, toSend, checksum]);
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
