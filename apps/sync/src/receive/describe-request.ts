import { z } from 'zod';

/** What the webhook destination posts, as far as a reader wants to see it. */
const delivered = z.array(
  z.object({
    record_id: z.string(),
    match_key: z.string().nullish(),
    object: z.string().optional(),
    reason: z.string().nullish(),
    fields: z.record(z.string(), z.unknown()).default({}),
  }),
);
export type Delivered = z.infer<typeof delivered>;

const LONGEST_VALUE = 200;

/** Records of a request's body; null when it is not a delivery. */
export function parseDelivered(body: string): Delivered | null {
  try {
    return delivered.parse(JSON.parse(body));
  } catch {
    return null;
  }
}

export type Signature = 'not checked' | 'ok' | 'WRONG' | 'MISSING';

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text;
};

/** Whoever posts here must not steer the terminal. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, '?');

/** A received request for people: one line, and one for each record. Pure. */
export function describeRequest(request: {
  readonly at: Date;
  readonly path: string;
  readonly lane: string | undefined;
  readonly records: Delivered | null;
  readonly signature: Signature;
  readonly status: number;
}): string[] {
  const { at, path, lane, records, signature, status } = request;
  const time = at.toISOString().slice(11, 19);
  const what = records === null ? 'not a delivery of Millrace' : `${records.length} records`;
  const by = lane === undefined ? '' : `, ${lane} lane`;
  const lines = [
    `${time}  POST ${path}  ${what}${by}, signature ${signature}, answered ${status}`,
    ...(records ?? []).map(({ record_id, match_key, object, reason, fields }) => {
      const key = match_key ? ` (${match_key})` : '';
      const values = Object.entries(fields).map(([name, value]) => `${name} ${short(value)}`);
      return `    ${object ?? 'record'} ${record_id}${key}${reason ? `, ${reason}` : ''}: ${values.join(', ')}`;
    }),
  ];
  return lines.map(plain);
}
