import { withExactNumbers } from '../json/json-text';
import { isObject } from './values';

/** JSON with every object's keys in order: equal values have equal texts, however they were written. */
export const canonicalJson = (value: unknown): string =>
  withExactNumbers(
    JSON.stringify(value, (_key, part: unknown) =>
      isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
    ) ?? 'null',
  );
