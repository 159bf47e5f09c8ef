import { unknownName, type UsageError } from '@millrace/platform-errors';

/** The error for a typed zone that does not exist; names the nearest that do. */
export const unknownZone = (typed: string): UsageError =>
  unknownName({ kind: 'time zone', typed, known: Intl.supportedValuesOf('timeZone') });
