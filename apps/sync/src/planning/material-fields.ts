import type { ObjectMapping } from '../destinations/destination-file';

/** A mapping's fields as parallel arrays, sorted by name, the shape in which SQL takes them as bound parameters. */
export interface MaterialFields {
  readonly fields: string[];
  readonly source_models: string[];
  readonly source_fields: string[];
  readonly triggers: ('delta' | 'change' | 'never')[];
  readonly deltas: number[];
  /** What a leaver becomes, JSON each; empty text: its field is left alone. */
  readonly leaver_texts: string[];
  /** Fields that a trigger compares. */
  readonly compared_fields: string[];
}

/** Fields of models that never ran are left out: they are neither sent nor compared. */
export function materialFieldsOf(mapping: ObjectMapping, neverRan: readonly string[] = []): MaterialFields {
  const entries = Object.entries(mapping.fields)
    .map(([field, { from, trigger }]) => ({
      field,
      trigger,
      model: modelOf(from),
      of: from.slice(modelOf(from).length + 1),
    }))
    .filter(({ model }) => !neverRan.includes(model))
    .sort((a, b) => (a.field < b.field ? -1 : 1));
  const { leavers } = mapping;
  const leaverText = (field: string): string => {
    if (leavers === 'keep') return '';
    if (leavers === 'clear') return 'null';
    const value = leavers.set[field];
    return value === undefined ? '' : JSON.stringify(value);
  };
  return {
    fields: entries.map(({ field }) => field),
    source_models: entries.map(({ model }) => model),
    source_fields: entries.map(({ of }) => of),
    triggers: entries.map(({ trigger }) => (typeof trigger === 'object' ? 'delta' : trigger)),
    deltas: entries.map(({ trigger }) => (typeof trigger === 'object' ? trigger.delta : 0)),
    leaver_texts: entries.map(({ field }) => leaverText(field)),
    compared_fields: entries.filter(({ trigger }) => trigger !== 'never').map(({ field }) => field),
  };
}

const modelOf = (from: string): string => from.split('.')[0] ?? '';
