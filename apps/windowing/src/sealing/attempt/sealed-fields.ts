import { MillraceError } from '@millrace/platform-errors';

/** The set of a signal's fields that steps are sealed with, recorded by each. Raised when a field is added. 2: `key_kind`. */
export const FIELDS_VERSION = 2;

const NOT_SEALED = 'cast(null as Nullable(String))';

/**
 * SQL over a row for each field that was added later; absent: 1, from before it was recorded. A step leaves out what its build did
 * not know: a record may hold it all the same when its writer was newer. Throws for a version of a newer build.
 */
export function fieldExpressions(version: number | undefined): Readonly<Record<'key_kind_expression', string>> {
  const known = version ?? 1;
  if (known <= FIELDS_VERSION) return { key_kind_expression: known >= 2 ? 'key_kind' : NOT_SEALED };
  throw new MillraceError(`The step was sealed with version ${known} of a signal's fields`, {
    code: 'CONTRACT_VIOLATED',
    actor: 'operator',
    advice: `This build knows versions up to ${FIELDS_VERSION}: use the build that sealed it, or a newer one`,
  });
}
