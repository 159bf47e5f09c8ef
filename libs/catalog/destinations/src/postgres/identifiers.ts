/** Of tables and columns; what is a word for PostgreSQL without quotes, too. */
export const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;
export const IDENTIFIER_IN_WORDS = 'a name of a-z, 0-9 and _ that does not begin with a digit, 63 characters at most';

/** The only way of a name into a statement. */
export function quoted(...path: readonly string[]): string {
  const wrong = path.find((name) => !IDENTIFIER.test(name));
  if (wrong !== undefined) throw new RangeError(`"${wrong}" is not a valid identifier: use ${IDENTIFIER_IN_WORDS}`);
  return path.map((name) => `"${name}"`).join('.');
}

/** A name as a value, such as the key of an object of JSON. */
export const asText = (name: string): string => quoted(name).replaceAll('"', "'");
