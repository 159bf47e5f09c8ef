import { refusalError, type RegistryRequest } from './registry-client';

/** A schema's reference to another subject's, as the registry gives it. */
interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** A schema may stand on so many others, all levels together. */
const MOST_REFERENCES = 100;

export type FetchedReferences =
  | { readonly ok: true; /** Each before those that name it. */ readonly schemas: readonly string[] }
  | { readonly ok: false; readonly detail: string };

/**
 * The texts of all schemas that a schema refers to, directly or through others. What the registry does not have is a value;
 * a registry that does not answer rejects with a RetryableError.
 */
export async function fetchReferences(body: unknown, request: RegistryRequest): Promise<FetchedReferences> {
  const seen = new Set<string>();
  const schemas: string[] = [];
  const visit = async (references: readonly SchemaReference[]): Promise<string | undefined> => {
    for (const { name, subject, version } of references) {
      const key = `${subject} ${version}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > MOST_REFERENCES) return `it refers to more than ${MOST_REFERENCES} schemas`;
      const answer = await request('GET', `/subjects/${encodeURIComponent(subject)}/versions/${version}`);
      if (!answer.ok && answer.status !== 404)
        throw refusalError(`Reading version ${version} of ${subject} failed`, answer);
      const text = answer.ok ? (answer.body as { schema?: unknown }).schema : undefined;
      if (!answer.ok || typeof text !== 'string') {
        return `it refers to ${name}, but the registry has no version ${version} of ${subject}`;
      }
      const problem = await visit(referencesOf(answer.body));
      if (problem !== undefined) return problem;
      schemas.push(text);
    }
    return undefined;
  };
  const problem = await visit(referencesOf(body));
  return problem === undefined ? { ok: true, schemas } : { ok: false, detail: problem };
}

function referencesOf(body: unknown): readonly SchemaReference[] {
  const { references } = body as { references?: unknown };
  if (!Array.isArray(references)) return [];
  return (references as Partial<SchemaReference>[]).map(({ name, subject, version }) => ({
    name: String(name),
    subject: String(subject),
    version: Number(version),
  }));
}
