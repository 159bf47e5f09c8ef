import { PUBLISHED } from '@millrace/catalog-models/published';
import type { Published, PublishedType } from '@millrace/contract-score';
import { namesInWords } from '@millrace/platform-errors';
import type { Problem } from '@millrace/platform-settings';

import { member } from './member';

export type PublishedByModel = Readonly<Record<string, Published>>;

/**
 * What is wrong with an object's mapping by what the models publish. The mapping may hold anything: whatever its schema
 * refuses is left to its schema, so that both are named at once.
 */
export function mappingProblems(
  mapping: unknown,
  path: readonly PropertyKey[],
  published: PublishedByModel = PUBLISHED,
): Problem[] {
  const fields = member(mapping, 'fields');
  if (typeof fields !== 'object' || fields === null) return [];
  const entity = member(mapping, 'entity') ?? 'person';
  return Object.entries(fields).flatMap(([name, field]) =>
    fieldProblems(field, [...path, 'fields', name], entity, published),
  );
}

function fieldProblems(
  field: unknown,
  path: readonly PropertyKey[],
  entity: unknown,
  published: PublishedByModel,
): Problem[] {
  const from = member(field, 'from');
  if (typeof from !== 'string') return [];
  const at = [...path, 'from'];
  if (publishedType(from, published) === undefined) {
    const offered = Object.entries(published).flatMap(([model, { fields, entity: of }]) =>
      of === entity || !['person', 'account'].includes(String(entity))
        ? Object.keys(fields).map((name) => `${model}.${name}`)
        : [],
    );
    return [{ path: at, message: `is "${from}", which no model publishes: there is ${namesInWords(from, offered)}` }];
  }
  const [model = '', name = ''] = from.split('.');
  const problems: Problem[] = [];
  const { entity: of, fields } = published[model] as Published;
  if (of !== entity && (entity === 'person' || entity === 'account')) {
    problems.push({ path: at, message: `is "${from}", which is of a ${String(of)}: the object's entity is ${entity}` });
  }
  const type = fields[name];
  if (member(member(field, 'trigger'), 'delta') !== undefined && type !== 'number') {
    const message = `has a delta, and ${from} is not a number: give change or never`;
    problems.push({ path: [...path, 'trigger'], message });
  }
  return problems;
}

/** Type of `<model>.<field>`; undefined where no model publishes it. */
export function publishedType(from: unknown, published: PublishedByModel): PublishedType | undefined {
  if (typeof from !== 'string') return undefined;
  const [model = '', name = '', ...rest] = from.split('.');
  if (rest.length > 0 || !Object.hasOwn(published, model)) return undefined;
  const { fields } = published[model] as Published;
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
