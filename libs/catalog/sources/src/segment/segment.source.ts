import { hasIdentity } from '@millrace/contract-signal';
import { z } from 'zod';

import { CLOCK_CORRECTIONS } from '../mapping/correct-clock';
import { PropertyMap } from '../mapping/property-map';
import { propertyNames } from '../mapping/property-name';
import { shown } from '../mapping/shown';
import { isObject, type JsonObject } from '../mapping/values';
import { drop, httpSource, quarantine, toSignal, type MapContext, type Mapped } from '../source';
import { addFields } from './add-fields';
import { readColumns } from './columns';
import { readEventId } from './event-id';
import { readEventTime } from './event-time';
import { segmentRoutes } from './routes';
import { readCall } from './segment-call';

/** Lists of integrations and browser brands in every event of a browser; the user agent has a column. */
export const SDK_BOOKKEEPING = ['_metadata', 'context.userAgentData'];

const settings = z.strictObject({
  /** Properties a call may have after flattening, and again outside of `properties`; more is quarantined as event_too_large. */
  max_properties: z.int().min(1).default(256),
  /** Types that are not wanted at all, such as screen_viewed. */
  drop_types: z.array(z.string()).default([]),
  /** Flattened property names that must not be stored, with everything below them; by default what SDKs say of themselves. */
  drop_properties: z.array(z.string()).default(SDK_BOOKKEEPING),
  /** Words that stand for nobody, besides those of nobody.ts; in lower case. */
  nobody: z.array(z.string().toLowerCase()).default([]),
  /** Which client clocks sentAt corrects. */
  clock_correction: z.enum(CLOCK_CORRECTIONS).default('fast_only'),
});
type Settings = z.output<typeof settings>;

/** A corrected event keeps under this name what its client wrote. */
const AS_SENT = 'timestamp_as_sent';

function mapCall(raw: unknown, context: MapContext<Settings>): Mapped {
  if (!isObject(raw)) return quarantine('invalid_event', 'the event is not a JSON object');
  const id = readEventId(raw);
  if (!id.ok) return quarantine('invalid_event', id.detail);
  const call = readCall(raw);
  if (call === null)
    return quarantine('invalid_event', `type: ${shown(raw['type'])} is not a call of the Segment spec`);
  if (call.type === '') {
    return quarantine('invalid_event', `event: ${shown(raw['event'])} is not a name with a letter or a digit`);
  }
  if (context.settings.drop_types.includes(call.type)) return drop(`drop_types names ${call.type}`);
  const time = readEventTime(raw, context, context.settings.clock_correction);
  if (!time.ok) return quarantine('invalid_event', time.detail);
  const columns = readColumns(raw, call, context.settings.nobody);
  const properties = new PropertyMap(propertyNames(context.settings.drop_properties), context.settings.max_properties);
  const refusal = properties.addAll(call.properties) ?? addFields(properties, raw, call, columns);
  if (refusal === 'too_deep') return quarantine('event_too_large', 'a value is nested too deeply');
  if (refusal === 'too_many') {
    return quarantine('event_too_large', `more than ${context.settings.max_properties} properties`);
  }
  if (time.asSent !== null) properties.withRoom().add(properties.names.own.below(AS_SENT), time.asSent);
  if (!hasIdentity(columns)) return quarantine('no_identity', nobodyIn(raw));
  return toSignal({
    signal_id: id.id,
    type: call.type,
    source: context.instance,
    occurred_at: time.occurredAt,
    received_at: context.receivedAt,
    anonymous_id: columns.anonymous_id,
    user_id: columns.user_id,
    email: columns.email,
    account_id: columns.account_id,
    domain: columns.domain,
    session_id: columns.session_id,
    url: columns.url,
    referrer: columns.referrer,
    country: columns.country,
    user_agent: columns.user_agent,
    value: columns.value,
    properties: properties.values,
    key_kind: null,
  });
}

/** Says what was there in place of an identity, since `true` or "null" is a fault of the client that nobody sees there. */
function nobodyIn(raw: JsonObject): string {
  const given = ['userId', 'anonymousId', 'groupId']
    .filter((field) => raw[field] !== undefined && raw[field] !== null)
    .map((field) => `; ${field}: ${shown(raw[field])} stands for nobody`);
  return `one of userId, anonymousId, groupId, email or domain is required${given.join('')}`;
}

/** Calls of Segment's and RudderStack's SDKs: track, page, screen, identify, group, alias. */
export const segment = httpSource({
  type: 'segment',
  title: "Calls of Segment's and RudderStack's SDKs",
  gives: ['signals'],
  settings,
  routes: segmentRoutes,
  map: (raw, context) => [mapCall(raw, context)],
});
