import { readEventName } from '../mapping/event-name';
import { isObject, objectOf, textOf, type JsonObject } from '../mapping/values';

/** A call of the Segment spec, read leniently: which signal it is and where its properties lie. */
export interface ReadCall {
  /** Empty when the call's own name gives none. */
  readonly type: string;
  /** A track's name where the type cannot give it back. */
  readonly sentName: string | null;
  /** Whose fields keep their own names; `context.traits` for an identify without traits. */
  readonly own: 'properties' | 'traits' | 'context.traits';
  readonly properties: JsonObject;
  /** Where the e-mail of the person may stand, in this order. A group's own traits are the account's. */
  readonly emailsIn: readonly JsonObject[];
  readonly accountId: unknown;
  /** Stands in for a missing anonymousId. */
  readonly previousId: unknown;
}

const plain = (call: JsonObject, type: string, sentName: string | null = null): ReadCall => {
  const properties = objectOf(call['properties']);
  const emailsIn = [properties, objectOf(call['traits']), personTraits(call)];
  return { type, sentName, own: 'properties', properties, emailsIn, accountId: null, previousId: null };
};

const personTraits = (call: JsonObject): JsonObject => objectOf(objectOf(call['context'])['traits']);

function track(call: JsonObject): ReadCall {
  const { type, sent } = readEventName(textOf(call['event']) ?? '');
  return plain(call, type, sent);
}

function identify(call: JsonObject): ReadCall {
  const base = plain(call, 'identified');
  const emailsIn = [objectOf(call['traits']), personTraits(call), base.properties];
  if (isObject(call['traits'])) return { ...base, own: 'traits', properties: call['traits'], emailsIn };
  return { ...base, own: 'context.traits', properties: personTraits(call), emailsIn };
}

const group = (call: JsonObject): ReadCall => ({
  ...plain(call, 'account_joined'),
  own: 'traits',
  properties: objectOf(call['traits']),
  emailsIn: [personTraits(call)],
  accountId: call['groupId'],
});

const CALLS: Readonly<Record<string, (call: JsonObject) => ReadCall>> = {
  track,
  page: (call) => plain(call, 'page_viewed'),
  screen: (call) => plain(call, 'screen_viewed'),
  identify,
  group,
  alias: (call) => ({ ...plain(call, 'aliased'), previousId: call['previousId'] }),
};

/** Null for a call type that the spec does not know. */
export function readCall(call: JsonObject): ReadCall | null {
  const type = call['type'];
  if (typeof type !== 'string' || !Object.hasOwn(CALLS, type)) return null;
  return CALLS[type]?.(call) ?? null;
}
