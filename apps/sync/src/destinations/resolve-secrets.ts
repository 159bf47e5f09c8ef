import { parseEnvironment, secret, type Environment } from '@millrace/platform-config';
import { z } from 'zod';

const referenceSchema = z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]*$/), default: z.string().optional() });

/** Replaces every `{ env: NAME }` below a value by that variable, or by its `default`. Names all missing ones at once. */
export function resolveSecrets<Value>(value: Value, env?: Environment): Value {
  const references = new Map<string, string | undefined>();
  replace(value, (reference) => {
    references.set(reference.env, reference.default);
    return '';
  });
  const shape = Object.fromEntries(
    [...references].map(([name, otherwise]) => [
      name,
      otherwise === undefined ? secret() : secret().default(otherwise),
    ]),
  );
  const values = parseEnvironment('the destinations file', z.object(shape), env) as Readonly<Record<string, string>>;
  return replace(value, (reference) => values[reference.env] ?? '') as Value;
}

function replace(value: unknown, read: (reference: z.infer<typeof referenceSchema>) => string): unknown {
  if (Array.isArray(value)) return value.map((member) => replace(member, read));
  if (typeof value !== 'object' || value === null) return value;
  const reference = referenceSchema.safeParse(value);
  if (reference.success) return read(reference.data);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replace(member, read)]));
}
