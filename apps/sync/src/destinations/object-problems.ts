import { shapeOf, type Destination, type FieldShape, type ObjectShape } from '@millrace/catalog-destinations';
import type { PublishedType } from '@millrace/contract-score';
import { namesInWords } from '@millrace/platform-errors';
import type { Problem } from '@millrace/platform-settings';

import { URGENT_FIELDS } from './mapped-objects';
import { member } from './member';
import { publishedType, type PublishedByModel } from './published-fields';

/**
 * What is wrong with an entry's objects by what its kind takes: a wrong mapping fails at start, not in the night. The entry may hold
 * anything: whatever its schema refuses is left to its schema, so that both are named at once.
 */
export function objectProblems(
  destination: Destination,
  entry: unknown,
  path: readonly PropertyKey[],
  published: PublishedByModel,
): Problem[] {
  const objects = member(entry, 'objects');
  const ofMappings = (Array.isArray(objects) ? objects : []).flatMap((mapping: unknown, index) =>
    mappingProblems(destination, mapping, [...path, 'objects', index], member(entry, 'instance'), published),
  );
  const ofTargets = ['person', 'account'].flatMap((subject) => {
    const target = member(member(entry, 'urgent'), subject);
    if (target === undefined) return [];
    const at = [...path, 'urgent', subject];
    const { problems, shape } = placeProblems(destination, target, at, { subject, match: 'email' });
    const fields = Object.entries(URGENT_FIELDS).flatMap(([field, type]) =>
      fieldProblems(shape, field, type, [...at, 'object']),
    );
    return [...problems, ...fields];
  });
  return [...ofMappings, ...ofTargets];
}

function mappingProblems(
  destination: Destination,
  mapping: unknown,
  path: readonly PropertyKey[],
  instance: unknown,
  published: PublishedByModel,
): Problem[] {
  const subject = member(mapping, 'entity') ?? 'person';
  const { problems, shape, match } = placeProblems(destination, mapping, path, { subject, match: 'email' });
  if (match === 'crm_id' && instance === undefined) {
    const message =
      'is crm_id, and the destination names no instance: say whose ids are meant, such as `instance: hubspot`';
    problems.push({ path: [...path, 'match'], message });
  }
  const mode = member(mapping, 'mode') ?? 'update';
  if (shape !== undefined && typeof mode === 'string' && !(shape.modes as readonly string[]).includes(mode)) {
    problems.push({
      path: [...path, 'mode'],
      message: `is ${mode}, which this object does not take: ${oneOf(shape.modes)}`,
    });
  }
  const fields = member(mapping, 'fields');
  const named = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
  for (const [field, value] of named) {
    problems.push(
      ...fieldProblems(shape, field, publishedType(member(value, 'from'), published), [...path, 'fields', field]),
    );
  }
  const set = member(member(mapping, 'leavers'), 'set');
  const known = named.map(([field]) => field);
  for (const field of Object.keys(typeof set === 'object' && set !== null ? set : {})) {
    if (known.includes(field)) continue;
    const message = `is not a field of the mapping: there is ${namesInWords(field, known)}`;
    problems.push({ path: [...path, 'leavers', 'set', field], message });
  }
  return problems;
}

/** Whether the object is there, holds such records and finds them so. */
function placeProblems(
  destination: Destination,
  place: unknown,
  path: readonly PropertyKey[],
  defaults: { readonly subject: unknown; readonly match: string },
): { readonly problems: Problem[]; readonly shape?: ObjectShape; readonly match?: string } {
  const object = member(place, 'object');
  if (typeof object !== 'string') return { problems: [] };
  const shape = shapeOf(destination, object);
  if (shape === undefined) {
    const known = Object.keys(destination.objects);
    const message = `is "${object}", which ${destination.kind} does not have: there is ${namesInWords(object, known)}`;
    return { problems: [{ path: [...path, 'object'], message }] };
  }
  const problems: Problem[] = [];
  const { subject } = defaults;
  if (typeof subject === 'string' && !(shape.of as readonly string[]).includes(subject)) {
    problems.push({
      path: [...path, 'object'],
      message: `is ${object}, which holds ${oneOf(shape.of)}, not ${subject}`,
    });
  }
  const match = member(place, 'match') ?? defaults.match;
  if (typeof match !== 'string') return { problems, shape };
  if (!(shape.match as readonly string[]).includes(match)) {
    problems.push({
      path: [...path, 'match'],
      message: `is ${match}, by which ${object} is not found: ${oneOf(shape.match)}`,
    });
  } else if (match === 'email' && subject === 'account') {
    problems.push({
      path: [...path, 'match'],
      message: `is email, and an account has none: give ${oneOf(others(shape))}`,
    });
  }
  return { problems, shape, match };
}

const others = ({ match }: ObjectShape): readonly string[] => match.filter((one) => one !== 'email');

function fieldProblems(
  shape: ObjectShape | undefined,
  field: string,
  type: PublishedType | undefined,
  path: readonly PropertyKey[],
): Problem[] {
  if (shape === undefined) return [];
  const known: FieldShape | undefined = Object.hasOwn(shape.fields, field) ? shape.fields[field] : undefined;
  const taken = known ?? (shape.others?.name.test(field) === true ? shape.others : undefined);
  if (taken === undefined) {
    const names = Object.keys(shape.fields);
    const there = names.length === 0 ? '' : `: there is ${namesInWords(field, names)}`;
    const also = shape.others === undefined ? '' : `; other fields have ${shape.others.inWords}`;
    return [{ path, message: `"${field}" is not a field of this object${there}${also}` }];
  }
  if (type === undefined || taken.takes.includes(type)) return [];
  return [{ path, message: `takes ${oneOf(taken.takes)}, and what is mapped is a ${type}` }];
}

const oneOf = (words: readonly string[]): string => words.join(' or ');
