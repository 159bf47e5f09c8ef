import type { AvroNode } from './avro-node';

/** How many of its units make a millisecond. `local-` ones have no zone and are read as UTC (ruling 20). */
const TIMESTAMPS: ReadonlyMap<string, number> = new Map(
  ['', 'local-'].flatMap((prefix) => [
    [`${prefix}timestamp-millis`, 1],
    [`${prefix}timestamp-micros`, 1_000],
    [`${prefix}timestamp-nanos`, 1_000_000],
  ]),
);

/** Logical types of numbers that are not instants. Any other is unknown, and ignored as Avro says. */
const NOT_INSTANTS: ReadonlySet<string> = new Set(['date', 'time-millis', 'time-micros', 'decimal', 'duration']);

/** Units of a time field in a millisecond; a plain number counts milliseconds. */
export function unitOf(node: AvroNode): number {
  if (node.kind !== 'long' && node.kind !== 'int') return 1;
  return TIMESTAMPS.get(node.logicalType ?? '') ?? 1;
}

/** True for a number that is an instant. */
export function isInstant(node: AvroNode): boolean {
  if (node.kind !== 'long' && node.kind !== 'int') return false;
  return !NOT_INSTANTS.has(node.logicalType ?? '');
}

/** Whole milliseconds, towards the past. */
export function toMillis(value: bigint, unit: number): bigint {
  const divisor = BigInt(unit);
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
