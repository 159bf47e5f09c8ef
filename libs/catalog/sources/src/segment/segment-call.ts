import { isObject, objectOf, textOf, type JsonObject } from '../mapping/values';
import { toEventName } from '../mapping/event-name';

/** A call of the Segment spec, read leniently: which signal it is and where its properties lie. */
export interface ReadCall {
  /** Empty when the call's own name gives none. */
  readonly type: string;
  readonly properties: JsonObject;
  /** Facts that the call type puts outside of its properties. */
  readonly facts: Readonly<Record<string, string>>;
  readonly accountId: string | null;
  /** Stands in for a missing anonymousId. */
  readonly previousId: string | null;
}

const NO_FACTS: Readonly<Record<string, string>> = Object.freeze({});

const nameFact = (call: JsonObject): Readonly<Record<string, string>> => {
  const name = textOf(call['name']);
  const category = textOf(call['category']);
  if (name === null && category === null) return NO_FACTS;
  return { ...(name === null ? {} : { name }), ...(category === null ? {} : { category }) };
};

const traitsOf = (call: JsonObject): JsonObject =>
  isObject(call['traits']) ? call['traits'] : objectOf(objectOf(call['context'])['traits']);

const plain = (type: string, properties: JsonObject, facts = NO_FACTS): ReadCall => ({
  type,
  properties,
  facts,
  accountId: null,
  previousId: null,
});

const CALLS: Readonly<Record<string, (call: JsonObject) => ReadCall>> = {
  track: (call) => plain(toEventName(textOf(call['event']) ?? ''), objectOf(call['properties'])),
  page: (call) => plain('page_viewed', objectOf(call['properties']), nameFact(call)),
  screen: (call) => plain('screen_viewed', objectOf(call['properties']), nameFact(call)),
  identify: (call) => plain('identified', traitsOf(call)),
  group: (call) => ({ ...plain('account_joined', traitsOf(call)), accountId: textOf(call['groupId']) }),
  alias: (call) => {
    const previousId = textOf(call['previousId']);
    const facts = previousId === null ? NO_FACTS : { previous_id: previousId };
    return { ...plain('aliased', objectOf(call['properties']), facts), previousId };
  },
};

/** Null for a call type that the spec does not know. */
export function readCall(call: JsonObject): ReadCall | null {
  const type = call['type'];
  if (typeof type !== 'string' || !Object.hasOwn(CALLS, type)) return null;
  return CALLS[type]?.(call) ?? null;
}
