import { ExactNumber } from '@millrace/catalog-sources';

/** True for a field to leave out; `within` is the outermost field that it lies in, null for an outermost one. */
type IsLeftOut = (name: string, within: string | null) => boolean;

/**
 * JSON of a value that may be nested deeper than JSON.stringify can follow, as UTF-8, written until `mostBytes` are
 * reached and cut there.
 */
export function boundedJson(value: unknown, mostBytes: number, isLeftOut: IsLeftOut = () => false): Buffer {
  const parts: string[] = [];
  const waiting: Part[] = [{ value, within: null }];
  for (let length = 0; length <= mostBytes;) {
    const part = waiting.pop();
    if (part === undefined) break;
    const text = 'text' in part ? part.text : open(part, waiting, isLeftOut);
    parts.push(text);
    length += text.length;
  }
  return Buffer.from(parts.join(''), 'utf8').subarray(0, mostBytes);
}

/** Something to be written: a text as it is, or a value. */
type Part = { readonly text: string } | Value;
interface Value {
  readonly value: unknown;
  readonly within: string | null;
}

/** The beginning of a value; what is left of it is put on top of what waits, in reverse. */
function open({ value, within }: Value, waiting: Part[], isLeftOut: IsLeftOut): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) {
    waiting.push({ text: ']' });
    for (let index = value.length - 1; index >= 0; index -= 1) {
      waiting.push({ value: value[index] as unknown, within: within ?? '' });
      if (index > 0) waiting.push({ text: ',' });
    }
    return '[';
  }
  waiting.push({ text: '}' });
  const members = Object.entries(value).filter(([key]) => !isLeftOut(key, within));
  for (let index = members.length - 1; index >= 0; index -= 1) {
    const [key, member] = members[index] as [string, unknown];
    waiting.push({ value: member, within: within ?? key }, { text: `${index > 0 ? ',' : ''}${JSON.stringify(key)}:` });
  }
  return '{';
}
