import type { Signal } from '@millrace/contract-signal';

import { identityOf } from '../mapping/nobody';
import { countryOf, numberOf, objectOf, textOf, type JsonObject } from '../mapping/values';
import type { ReadCall } from './segment-call';

/** The fields of a signal that are read from several places of a call. */
export type Columns = Omit<
  Signal,
  'signal_id' | 'type' | 'source' | 'occurred_at' | 'received_at' | 'properties' | 'key_kind'
>;

/** `nobody` are further words that are no identity. */
export function readColumns(raw: JsonObject, call: ReadCall, nobody: readonly string[]): Columns {
  const given = call.properties;
  const context = objectOf(raw['context']);
  const page = objectOf(context['page']);
  const id = (value: unknown): string | null => identityOf(value, nobody);
  return {
    anonymous_id: id(raw['anonymousId']) ?? id(call.previousId),
    user_id: id(raw['userId']),
    email: emailIn(call, nobody),
    account_id: id(call.accountId) ?? id(context['groupId']) ?? id(given['account_id']) ?? id(given['accountId']),
    domain: id(given['domain']) ?? id(objectOf(context['traits'])['domain']),
    session_id: textOf(context['sessionId']) ?? textOf(given['session_id']),
    url: textOf(given['url']) ?? textOf(page['url']),
    referrer: textOf(given['referrer']) ?? textOf(page['referrer']),
    country: countryOf(objectOf(context['location'])['country']) ?? countryOf(given['country']),
    user_agent: textOf(context['userAgent']),
    value: numberOf(given['value']) ?? numberOf(given['revenue']),
  };
}

function emailIn(call: ReadCall, nobody: readonly string[]): string | null {
  for (const object of call.emailsIn) {
    const email = identityOf(object['email'], nobody);
    if (email !== null) return email;
  }
  return null;
}

/** Fields of a part of the call, each with the column that it goes to. */
export type ColumnOf = Readonly<Record<string, keyof Columns>>;

const columnOf = (fields: Record<string, keyof Columns>): ColumnOf =>
  Object.assign(Object.create(null) as Record<string, keyof Columns>, fields);

export const CALL_COLUMNS = columnOf({ userId: 'user_id', anonymousId: 'anonymous_id', groupId: 'account_id' });
export const CONTEXT_COLUMNS = columnOf({ groupId: 'account_id', sessionId: 'session_id', userAgent: 'user_agent' });
export const PAGE_COLUMNS = columnOf({ url: 'url', referrer: 'referrer' });
export const LOCATION_COLUMNS = columnOf({ country: 'country' });

/** True when the field's column has exactly its text. Where it holds another value, the field is a property. */
export function isInColumn(columns: Columns, columnsOf: ColumnOf, field: string, value: unknown): boolean {
  const column = columnsOf[field];
  return column !== undefined && columns[column] !== null && columns[column] === textOf(value);
}
