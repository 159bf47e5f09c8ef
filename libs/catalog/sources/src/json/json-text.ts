import { ESCAPED_MARK } from './mark';

const MARKED_START = `"${ESCAPED_MARK}`;
/** An ExactNumber as JSON.stringify left it. */
const MARKED = new RegExp(`"\\${ESCAPED_MARK}([-+.\\dEe]+)"`, 'g');

/** What JSON.stringify wrote, with the numbers as they were sent: without quotes, so apart from a text of the same digits. */
export const withExactNumbers = (json: string): string =>
  json.includes(MARKED_START) ? json.replace(MARKED, '$1') : json;

/** JSON of a value that `readJson` read, with its numbers as they were sent. Null when it is nested too deeply to write. */
export const jsonText = (value: unknown): string | null =>
  unlessTooDeep(() => withExactNumbers(JSON.stringify(value) ?? 'null'));

/** Null when the value is nested deeper (some thousand levels) than recursion can follow. */
export function unlessTooDeep<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
