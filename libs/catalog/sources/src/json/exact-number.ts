import { MARK } from './mark';

/** A number that a double cannot hold, as it was sent: an id of 18 digits, 1e400. */
export class ExactNumber {
  constructor(readonly text: string) {}

  /** JSON.stringify cannot write such a number: it writes the mark, and `jsonText` takes it away. */
  toJSON(): string {
    return MARK + this.text;
  }

  toString(): string {
    return this.text;
  }
}

/** Longer numbers are kept as sent without a look at their value. */
const LONGEST_COMPARED = 64;

/**
 * True when the double's own text means the number that was sent: 0.1, 1.10 and 1e+21 are held, 9007199254740993 and
 * 1e400 are not. Digits sent without an exponent must come back without one, since they may be an id.
 */
export function isHeldByDouble(sent: string): boolean {
  const held = String(Number(sent));
  if (held === sent) return true;
  if (sent.length > LONGEST_COMPARED) return false;
  if (held.includes('e') && /^-?\d+$/.test(sent)) return false;
  return decimalOf(held) === decimalOf(sent);
}

/** One text for one decimal value: its digits without zeros around them, and their power of ten. */
function decimalOf(number: string): string {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${mantissa.startsWith('-') ? '-' : ''}${significant}e${power}`;
}
