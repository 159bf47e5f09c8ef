import type { Type, types } from 'avsc';

/** avsc computes the zigzag form in doubles: from here on it rounds, and turns some negative longs positive. */
export const FIRST_INEXACT_LONG = 2 ** 52;

/** Returns the path of a long too large to be exact in this value, or undefined when all are fine. */
export type FindInexactLong = (value: unknown) => string | undefined;

/** A check of every long a value of this type holds; undefined when the type holds none. */
export function compileInexactLongs(type: Type, seen: readonly Type[] = []): FindInexactLong | undefined {
  // A type inside itself is not followed: one level of it is checked, which no schema of ours reaches.
  if (seen.includes(type)) return undefined;
  const inside = [...seen, type];
  switch (type.typeName) {
    case 'long':
      return (value) => (typeof value === 'number' && Math.abs(value) >= FIRST_INEXACT_LONG ? '' : undefined);
    case 'record':
    case 'error':
      return checkFields((type as types.RecordType).fields, inside);
    case 'array': {
      const item = compileInexactLongs((type as types.ArrayType).itemsType, inside);
      return (
        item &&
        ((value) =>
          Array.isArray(value)
            ? firstFound(
                value.map((_, i) => [`${i}`, value[i]]),
                item,
              )
            : undefined)
      );
    }
    case 'map': {
      const item = compileInexactLongs((type as types.MapType).valuesType, inside);
      return item && ((value) => (isObject(value) ? firstFound(Object.entries(value), item) : undefined));
    }
    case 'union:unwrapped':
      return checkBranches((type as types.UnwrappedUnionType).types, inside);
    default:
      return undefined;
  }
}

function checkFields(
  fields: readonly { name: string; type: Type }[],
  inside: readonly Type[],
): FindInexactLong | undefined {
  const checks = fields.flatMap(({ name, type }) => {
    const check = compileInexactLongs(type, inside);
    return check === undefined ? [] : [{ name, check }];
  });
  if (checks.length === 0) return undefined;
  return (value) => {
    if (!isObject(value)) return undefined;
    for (const { name, check } of checks) {
      const path = check(value[name]);
      if (path !== undefined) return path === '' ? name : `${name}.${path}`;
    }
    return undefined;
  };
}

/** A number in a union with a double may be that double, so it is left alone. */
function checkBranches(branches: readonly Type[], inside: readonly Type[]): FindInexactLong | undefined {
  if (branches.some(({ typeName }) => typeName === 'double' || typeName === 'float')) return undefined;
  const checks = branches.flatMap((branch) => compileInexactLongs(branch, inside) ?? []);
  if (checks.length === 0) return undefined;
  return (value) => {
    for (const check of checks) {
      const path = check(value);
      if (path !== undefined) return path;
    }
    return undefined;
  };
}

function firstFound(entries: readonly (readonly [string, unknown])[], check: FindInexactLong): string | undefined {
  for (const [name, value] of entries) {
    const path = check(value);
    if (path !== undefined) return path === '' ? name : `${name}.${path}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
