type HeaderValue = Buffer | string;

/** Headers as Kafka clients give them. */
export interface RecordHeaders {
  readonly [name: string]: HeaderValue | readonly HeaderValue[] | null | undefined;
}

/** Headers as text, null when there are none; of a header that is there twice the last counts. */
export function headersAsText(headers: RecordHeaders): Readonly<Record<string, string>> | null {
  let texts: Record<string, string> | null = null;
  for (const name in headers) {
    const value = headers[name];
    const last = typeof value === 'object' && value !== null && !Buffer.isBuffer(value) ? value.at(-1) : value;
    if (last === undefined || last === null) continue;
    texts ??= {};
    texts[name] = typeof last === 'string' ? last : last.toString('utf8');
  }
  return texts;
}
