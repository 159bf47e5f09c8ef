import type { ReadBack } from '@millrace/catalog-destinations';
import type { PlanDecision } from '@millrace/contract-delivery';

import type { ObjectMapping } from '../destinations/destination-file';
import type { ConfiguredDestination } from '../destinations/load-destinations';
import type { RunSet } from './run-set';

export interface PlanSettings {
  readonly chunkRecords: number;
  /** HH:MM of the run's local day. */
  readonly deadline: string;
  readonly replica: string;
}

/** What a plan is computed for. */
export interface PlanSubject {
  readonly configured: ConfiguredDestination;
  readonly mapping: ObjectMapping;
  readonly set: RunSet;
  /** The plan before it; undefined: there was none. */
  readonly before?: PlanDecision | undefined;
  /** Plans that the rails compare with. */
  readonly compared?: readonly PlanDecision[];
  /** Models that were not waited for. */
  readonly missing?: readonly string[];
  /** Only these records, or those that wait of an attempt, whether or not they have changed. Absent: all records that have. */
  readonly forced?: readonly string[] | { readonly heldOf: string };
  /** Nothing of the ledger is moved, forgotten or read back: somebody only looks. */
  readonly isPreview?: boolean;
  /** Asks the destination for what it has; only for an object's first plan. */
  readonly readBack?: ReadBackRecords | undefined;
}

/** Asks a destination what some records of an object have now. */
export type ReadBackRecords = (
  mapping: ObjectMapping,
  keys: readonly string[],
  fields: readonly string[],
) => Promise<ReadBack>;
