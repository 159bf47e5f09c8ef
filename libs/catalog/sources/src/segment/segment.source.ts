import { hasIdentity, signalTopicName } from '@millrace/contract-signal';
import type { Signal } from '@millrace/contract-signal';
import { z } from 'zod';

import { CLOCK_CORRECTIONS } from '../mapping/correct-clock';
import { flattenProperties } from '../mapping/flatten-properties';
import { shown } from '../mapping/shown';
import { countryOf, isObject, numberOf, objectOf, textOf, type JsonObject } from '../mapping/values';
import { defineSource, drop, quarantine, toSignal, type MapContext, type MapResult } from '../source';
import { readEventId } from './event-id';
import { readEventTime } from './event-time';
import { readCall, type ReadCall } from './segment-call';

const settings = z.strictObject({
  /** Properties a call may have after flattening; more is quarantined as event_too_large. */
  max_properties: z.int().min(1).default(256),
  /** Types that are not wanted at all, such as screen_viewed. */
  drop_types: z.array(z.string()).default([]),
  /** Flattened property names that must not be stored. */
  drop_properties: z.array(z.string()).default([]),
  /** Which client clocks sentAt corrects. */
  clock_correction: z.enum(CLOCK_CORRECTIONS).default('fast_only'),
});
type Settings = z.output<typeof settings>;

/** A corrected event keeps what its client wrote under this name, unless it has such a property of its own. */
const AS_SENT = 'timestamp_as_sent';

function map(raw: unknown, context: MapContext<Settings>): MapResult {
  if (!isObject(raw)) return quarantine('invalid_event', 'the event is not a JSON object');
  const id = readEventId(raw);
  if (!id.ok) return quarantine('invalid_event', id.detail);
  const call = readCall(raw);
  if (call === null)
    return quarantine('invalid_event', `type: ${shown(raw['type'])} is not a call of the Segment spec`);
  if (call.type === '') return quarantine('invalid_event', 'event: a track call needs a name with a letter or a digit');
  if (context.settings.drop_types.includes(call.type)) return drop(`drop_types names ${call.type}`);
  const time = readEventTime(raw, context, context.settings.clock_correction);
  if (!time.ok) return quarantine('invalid_event', time.detail);
  const properties = flattenProperties(call.properties, context.settings.max_properties);
  if (properties === null) {
    return quarantine('event_too_large', `more than ${context.settings.max_properties} properties`);
  }
  if (time.asSent !== null) properties[AS_SENT] ??= time.asSent;
  const signal = signalOf(raw, call, properties, { signalId: id.id, occurredAt: time.occurredAt, context });
  if (!hasIdentity(signal)) {
    return quarantine('no_identity', 'one of userId, anonymousId, groupId, email or domain is required');
  }
  return toSignal(signal);
}

interface Basics {
  readonly signalId: string;
  readonly occurredAt: number;
  readonly context: MapContext<Settings>;
}

function signalOf(raw: JsonObject, call: ReadCall, properties: Record<string, string>, basics: Basics): Signal {
  const given = call.properties;
  const context = objectOf(raw['context']);
  const page = objectOf(context['page']);
  const traits = objectOf(context['traits']);
  const { source, receivedAt, settings: chosen } = basics.context;
  Object.assign(properties, call.facts);
  addCampaign(properties, context['campaign']);
  for (const name of chosen.drop_properties) delete properties[name];
  return {
    signal_id: basics.signalId,
    type: call.type,
    source,
    occurred_at: basics.occurredAt,
    received_at: receivedAt,
    anonymous_id: textOf(raw['anonymousId']) ?? call.previousId,
    user_id: textOf(raw['userId']),
    email: textOf(given['email']) ?? textOf(objectOf(raw['traits'])['email']) ?? textOf(traits['email']),
    account_id:
      call.accountId ?? textOf(context['groupId']) ?? textOf(given['account_id']) ?? textOf(given['accountId']),
    domain: textOf(given['domain']) ?? textOf(traits['domain']),
    session_id: textOf(context['sessionId']) ?? textOf(given['session_id']),
    url: textOf(given['url']) ?? textOf(page['url']),
    referrer: textOf(given['referrer']) ?? textOf(page['referrer']),
    country: countryOf(objectOf(context['location'])['country']) ?? countryOf(given['country']),
    user_agent: textOf(context['userAgent']),
    value: numberOf(given['value']) ?? numberOf(given['revenue']),
    properties,
  };
}

/** Segment parses utm parameters into context.campaign; the page's URL may not carry them any more. */
function addCampaign(properties: Record<string, string>, campaign: unknown): void {
  if (!isObject(campaign)) return;
  for (const key in campaign) {
    const value = textOf(campaign[key]);
    if (value !== null) properties[key === 'name' ? 'utm_campaign' : `utm_${key}`] ??= value;
  }
}

/** Calls of Segment's and RudderStack's SDKs: track, page, screen, identify, group, alias. */
export const segment = defineSource({
  name: 'segment',
  kind: 'http',
  topic: signalTopicName('website'),
  settings,
  map,
});
