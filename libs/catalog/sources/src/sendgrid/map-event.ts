import { createPerson, createSignal, type Signal } from '@millrace/contract-signal';
import { normalEmail } from '@millrace/identity';

import { readSeconds } from '../mapping/instant';
import { identityOf } from '../mapping/nobody';
import { PropertyMap } from '../mapping/property-map';
import { propertyNames } from '../mapping/property-name';
import { readRecordId } from '../mapping/record-id';
import { shown } from '../mapping/shown';
import { isObject, textOf, type JsonObject } from '../mapping/values';
import { drop, quarantine, toSignal, type MapContext, type Mapped } from '../source';
import { ACCOUNT_EVENT, EVENT_KINDS, type EventKind } from './event-kinds';
import { addProperties } from './event-properties';
import type { SendgridSettings } from './settings';

type Context = MapContext<SendgridSettings>;

/** A signal, and of who leaves all mail what that says of the person. */
export function mapEvent(raw: unknown, context: Context): readonly Mapped[] {
  if (!isObject(raw)) return [quarantine('invalid_event', 'the event is not a JSON object')];
  const event = raw['event'];
  if (event === ACCOUNT_EVENT) return [drop(`${ACCOUNT_EVENT} is about nobody who got mail`)];
  const kind = EVENT_KINDS.get(event);
  if (kind === undefined) return [quarantine('invalid_event', `event: ${shown(event)} is not known`)];
  if (context.settings.drop_types.includes(kind.type)) return [drop(`drop_types names ${kind.type}`)];
  const mapped = mapKnown(raw, kind, context);
  return mapped.fate === 'signal' ? [mapped, ...personOf(mapped.signal, kind)] : [mapped];
}

function mapKnown(raw: JsonObject, kind: EventKind, { instance, receivedAt, settings }: Context): Mapped {
  const time = readSeconds(raw['timestamp']);
  if (!time.ok) return quarantine('invalid_event', `timestamp: ${shown(raw['timestamp'])} ${time.problem}`);
  const email = normalEmail(identityOf(raw['email'], []));
  if (email === null) return quarantine('no_identity', `email: ${shown(raw['email'])} is not an address`);
  const url = textOf(raw['url']);
  const said = { event: raw['event'], message: raw['sg_message_id'], email, at: time.at, url };
  const id = readRecordId('sg_event_id', raw['sg_event_id'], () => said);
  if (!id.ok) return quarantine('invalid_event', id.detail);
  const properties = new PropertyMap(propertyNames(settings.drop_properties), settings.max_properties);
  const refusal = addProperties(properties, raw, kind);
  if (refusal === 'too_deep') return quarantine('event_too_large', 'a value is nested too deeply');
  if (refusal === 'too_many') return quarantine('event_too_large', `more than ${settings.max_properties} properties`);
  return toSignal(
    createSignal({
      signal_id: id.id,
      type: kind.type,
      source: instance,
      occurred_at: time.at,
      received_at: receivedAt,
      email,
      url,
      user_agent: textOf(raw['useragent']),
      properties: properties.values,
    }),
  );
}

function personOf({ email, occurred_at }: Signal, { consent }: EventKind): readonly Mapped[] {
  if (consent === undefined || email === null) return [];
  return [{ fate: 'person', person: createPerson({ person_id: email, email, consent, updated_at: occurred_at }) }];
}
