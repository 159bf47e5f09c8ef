import type { IHeaders } from 'kafkajs';

/** Headers as text, null when there are none; of a header that is there twice the last counts. */
export function headersAsText(headers: IHeaders): Readonly<Record<string, string>> | null {
  let texts: Record<string, string> | null = null;
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last === undefined || last === null) continue;
    texts ??= {};
    texts[name] = typeof last === 'string' ? last : last.toString('utf8');
  }
  return texts;
}
