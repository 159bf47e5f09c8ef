import type { FieldValue } from '@millrace/contract-delivery';

/** A date or an instant of ISO 8601. */
const ISO = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * A value as a property takes it: text always; null clears it. An item of a list that holds the separator has a comma in its
 * place, else it would become two.
 */
export function toProperty(value: FieldValue, separator: string): string {
  if (value === null) return '';
  if (typeof value === 'number') return inDecimals(value);
  if (Array.isArray(value)) {
    return value.map((item) => item.replaceAll(separator, separator === ',' ? ' ' : ',')).join(separator);
  }
  return String(value);
}

/** Whether a property has a value that was sent: HubSpot says numbers and instants in its own way and orders checkboxes. */
export function hasValue(current: string | null | undefined, sent: FieldValue, separator: string): boolean {
  const text = toProperty(sent, separator);
  if (text === '') return current === undefined || current === null || current === '';
  if (current === undefined || current === null || current === '') return false;
  if (current === text) return true;
  if (typeof sent === 'number') return Number(current) === sent;
  if (Array.isArray(sent)) return inOrder(current, separator) === inOrder(text, separator);
  return ISO.test(current) && ISO.test(text) && Date.parse(current) === Date.parse(text);
}

const inOrder = (list: string, separator: string): string => list.split(separator).sort().join(separator);

/** Without an exponent. */
function inDecimals(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 }) : text;
}
