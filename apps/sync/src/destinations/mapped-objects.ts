import type { MappedObject } from '@millrace/catalog-destinations';
import { PUBLISHED } from '@millrace/catalog-models/published';
import type { MatchBy, Subject } from '@millrace/contract-delivery';
import type { PublishedType } from '@millrace/contract-score';

import type { DestinationEntry } from './destination-file';
import { publishedType, type PublishedByModel } from './published-fields';

/** What the fast lane writes to an object. */
export const URGENT_FIELDS: Readonly<Record<string, PublishedType>> = {
  urgent_reason: 'text',
  urgent_at: 'text',
  urgent_url: 'text',
};

/** What a destination is told to make itself ready: every object that either lane writes, once, with all of its fields. */
export function mappedObjects(
  { objects, urgent }: Pick<DestinationEntry, 'objects' | 'urgent'>,
  published: PublishedByModel = PUBLISHED,
): readonly MappedObject[] {
  const batch = objects.map(({ object, entity, match, fields }): MappedObject => {
    const types = Object.entries(fields).map(
      ([name, { from }]) => [name, publishedType(from, published) ?? 'text'] as const,
    );
    return { object, of: entity, matches: [match], fields: Object.fromEntries(types) };
  });
  const fast = (['person', 'account'] as const).flatMap((of) => urgentObject(of, urgent[of]));
  const byName = new Map<string, MappedObject>();
  for (const one of [...batch, ...fast]) byName.set(one.object, merged(byName.get(one.object), one));
  return [...byName.values()];
}

const urgentObject = (of: Subject, target: { object: string; match: MatchBy } | undefined): readonly MappedObject[] =>
  target === undefined ? [] : [{ object: target.object, of, matches: [target.match], fields: URGENT_FIELDS }];

const merged = (one: MappedObject | undefined, other: MappedObject): MappedObject =>
  one === undefined
    ? other
    : { ...one, matches: [...new Set([...one.matches, ...other.matches])], fields: { ...one.fields, ...other.fields } };
