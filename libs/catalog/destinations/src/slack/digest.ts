import type { DeliveryRecord, FieldValue } from '@millrace/contract-delivery';

import type { WireContext } from '../destination';

/** Of one record; the rest of a long text helps nobody in a digest. */
const LONGEST_LINE = 400;
const MARK = '…';

export interface Digest {
  readonly text: string;
  /** Of the records, from the first on: so many have a line of their own. */
  readonly named: number;
}

/** Slack reads `<!channel>`, `<@U1>` and `<https://...>` as commands; these three characters begin and end them. */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** `• ana@example.com · lead_score 72 · reasons asked for a demo, pricing`, on one line. */
export function encodeLine({ match_key, fields }: Pick<DeliveryRecord, 'match_key' | 'fields'>): string {
  const parts = [match_key, ...Object.entries(fields).map(([name, value]) => `${name} ${inWords(value)}`)];
  return escapeText(cut(`• ${parts.map(onOneLine).join(' · ')}`));
}

/** One message: a head, a line for each record as long as there is room, and how many more there are. */
export function composeDigest(
  lines: readonly string[],
  context: Pick<WireContext, 'destination' | 'object' | 'lane' | 'as_of'>,
  maxCharacters: number,
): Digest {
  const text = [headOf(lines.length, context)];
  let length = text[0]?.length ?? 0;
  let named = 0;
  for (const line of lines) {
    const left = lines.length - named - 1;
    const needs = line.length + 1 + (left === 0 ? 0 : moreOf(left).length + 1);
    if (length + needs > maxCharacters) break;
    text.push(line);
    length += line.length + 1;
    named += 1;
  }
  if (named < lines.length) text.push(moreOf(lines.length - named));
  return { text: text.join('\n'), named };
}

const moreOf = (count: number): string => `and ${count} more`;

function headOf(
  count: number,
  { destination, object, lane, as_of }: Pick<WireContext, 'destination' | 'object' | 'lane' | 'as_of'>,
): string {
  const urgent = lane === 'urgent' ? 'Urgent: ' : '';
  const at = new Date(as_of).toISOString().slice(0, 16).replace('T', ' ');
  return escapeText(`${urgent}${count} × ${object} (${destination}), as of ${at} UTC`);
}

function inWords(value: FieldValue): string {
  if (value === null || value === '') return 'none';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** A line that a value could begin would look like another record's. */
// eslint-disable-next-line no-control-regex -- control characters are what is taken out
const onOneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim();

/** At the border of a character. */
function cut(line: string): string {
  const characters = [...line];
  return characters.length <= LONGEST_LINE ? line : `${characters.slice(0, LONGEST_LINE - 1).join('')}${MARK}`;
}
