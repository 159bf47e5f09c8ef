import type { ReceivedDelivery } from '@millrace/catalog-destinations';

const LONGEST_VALUE = 200;

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
  readonly delivery: ReceivedDelivery | null;
  readonly signature: Signature;
  readonly status: number;
}): string[] {
  const { at, path, delivery, signature, status } = request;
  const time = at.toISOString().slice(11, 19);
  const what = delivery === null ? 'not a delivery of Millrace' : `${delivery.records.length} records`;
  const by = delivery?.lane === undefined ? '' : `, ${delivery.lane} lane`;
  const lines = [
    `${time}  POST ${path}  ${what}${by}, signature ${signature}, answered ${status}`,
    ...(delivery?.records ?? []).map(({ record_id, match_key, object, reason, fields }) => {
      const key = match_key ? ` (${match_key})` : '';
      const values = Object.entries(fields).map(([name, value]) => `${name} ${short(value)}`);
      return `    ${object ?? 'record'} ${record_id}${key}${reason ? `, ${reason}` : ''}: ${values.join(', ')}`;
    }),
  ];
  return lines.map(plain);
}
