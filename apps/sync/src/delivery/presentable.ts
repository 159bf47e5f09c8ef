import type { Reading } from '@millrace/catalog-destinations';
import type { Redact } from '@millrace/platform-config';
import { plainWords } from '@millrace/platform-http';

/** The reading with its words as they are recorded, logged and shown: no secrets of ours, no markup, 1,000 characters. */
export function presentable(reading: Reading, redact: Redact): Reading {
  const words = (detail: string): string => plainWords(redact(detail));
  switch (reading.kind) {
    case 'started':
      return reading;
    case 'records': {
      const outcomes = reading.outcomes.map((one) => (one.detail === '' ? one : { ...one, detail: words(one.detail) }));
      return { kind: 'records', outcomes };
    }
    default:
      return { ...reading, detail: words(reading.detail) };
  }
}
