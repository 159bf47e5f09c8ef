import { createSignal, hasIdentity, signalTopicName } from '@millrace/contract-signal';
import { z } from 'zod';

import { readInstant } from '../mapping/instant';
import { isObject, textOf } from '../mapping/values';
import { defineSource, quarantine, toSignal } from '../source';

/** Settings an operator may give; {} must be enough. */
const settings = z.strictObject({
  /** Put before every type, so that two tools that say "opened" stay apart. */
  type_prefix: z.string().default(''),
});

/** Copied by `npm run new:source <name>`. Say here which system it reads and whose record it maps. */
export const template = defineSource({
  name: 'template',
  kind: 'webhook',
  topic: signalTopicName('website'),
  settings,
  map(raw, context) {
    if (!isObject(raw)) return quarantine('invalid_event', 'the record is not a JSON object');
    const id = textOf(raw['id']);
    if (id === null) return quarantine('invalid_event', 'id: required, it is what duplicates are recognised by');
    const time = readInstant(raw['occurred_at']);
    if (!time.ok) return quarantine('invalid_event', `occurred_at: ${time.problem}`);
    const type = textOf(raw['type']);
    if (type === null || !/^[a-z0-9_]+$/.test(type)) return quarantine('invalid_event', 'type: snake_case is required');
    const signal = createSignal({
      signal_id: id,
      type: context.settings.type_prefix + type,
      source: context.source,
      occurred_at: time.at,
      received_at: context.receivedAt,
      email: textOf(raw['email']),
    });
    return hasIdentity(signal) ? toSignal(signal) : quarantine('no_identity', 'email: required');
  },
});
