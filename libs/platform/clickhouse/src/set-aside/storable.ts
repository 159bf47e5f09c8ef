import { ContractError } from '@millrace/platform-errors';

/** ClickHouse reads the year 0 as the year of today, and beyond four digits nothing: these are the instants it keeps exactly. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Whether a DateTime64(3) keeps the instant (epoch milliseconds) exactly: the years 1 to 9999. */
export const isStorableInstant = (ms: number): boolean => Number.isInteger(ms) && ms >= FIRST_MS && ms <= LAST_MS;

/** Epoch milliseconds as ISO text for a DateTime64(3). Throws a ContractError that names the field. */
export function asInstant(field: string, ms: number): string {
  if (isStorableInstant(ms)) return new Date(ms).toISOString();
  throw new ContractError(`${field} ${ms} is not an instant between the years 1 and 9999`, {
    advice: 'Times are epoch milliseconds: a larger number is often microseconds',
    details: { field, value: ms },
  });
}

/** A whole number for an unsigned column of so many bits: ClickHouse would keep only its low bits. Throws a ContractError. */
export function asUnsigned(field: string, value: number, bits: 16 | 32): number {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** bits) return value;
  throw new ContractError(`${field} ${value} is not a whole number below 2^${bits}`, { details: { field, value } });
}
