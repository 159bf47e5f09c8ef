/** Units in a millisecond of a record's fields that count another one; by field name. */
export type TimeUnits = ReadonlyMap<string, number>;

const UNITS: Readonly<Record<string, number>> = {
  'timestamp-micros': 1_000,
  'local-timestamp-micros': 1_000,
  'timestamp-nanos': 1_000_000,
  'local-timestamp-nanos': 1_000_000,
};

/** Fields of the writer's record that are instants in micro- or nanoseconds, alone or in a union. */
export function timeUnitsOf(json: string): TimeUnits {
  const { fields } = JSON.parse(json) as { readonly fields?: unknown };
  const units = new Map<string, number>();
  if (!Array.isArray(fields)) return units;
  for (const { name, type } of fields as readonly { readonly name: string; readonly type: unknown }[]) {
    for (const branch of Array.isArray(type) ? (type as readonly unknown[]) : [type]) {
      const unit = UNITS[String((branch as { readonly logicalType?: unknown } | null)?.logicalType)];
      if (unit !== undefined) units.set(name, unit);
    }
  }
  return units;
}

/** The value with such fields in whole milliseconds, towards the past. */
export function inMilliseconds(value: unknown, units: TimeUnits): unknown {
  if (units.size === 0 || typeof value !== 'object' || value === null) return value;
  const scaled = value as Record<string, unknown>;
  for (const [name, unit] of units) {
    const count = scaled[name];
    if (typeof count === 'number') scaled[name] = Math.floor(count / unit);
  }
  return scaled;
}
