import type { ObjectMapping } from '../destinations/destination-file';

/** A mapping's fields as parallel arrays, the shape in which SQL takes them as bound parameters. */
export interface MaterialFields {
  readonly fields: string[];
  readonly sources: string[];
  readonly triggers: ('delta' | 'change' | 'never')[];
  readonly deltas: number[];
}

export function materialFieldsOf(mapping: ObjectMapping): MaterialFields {
  const entries = Object.entries(mapping.fields);
  return {
    fields: entries.map(([field]) => field),
    sources: entries.map(([, { from }]) => from),
    triggers: entries.map(([, { trigger }]) => (typeof trigger === 'object' ? 'delta' : trigger)),
    deltas: entries.map(([, { trigger }]) => (typeof trigger === 'object' ? trigger.delta : 0)),
  };
}
