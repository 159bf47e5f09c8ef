import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import addFormats from 'ajv-formats';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

const read = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(__dirname, '..', path), 'utf8')) as Record<string, unknown>;

const { 'x-facets': facets, ...core } = read('fixtures/openlineage-2-0-2.schema.json');
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats(ajv);
ajv.addSchema(core);
const own = readdirSync(join(__dirname, '../schemas')).map((file) => ajv.compile(read(`schemas/${file}`)));
const byUrl = new Map<string, ValidateFunction>([
  ...own.map((validate): [string, ValidateFunction] => [(validate.schema as { $id: string }).$id, validate]),
  ...Object.entries(facets as Record<string, { $ref: string }>).map(([url, { $ref }]): [string, ValidateFunction] => [
    url,
    ajv.compile({ $ref: `${String(core['$id'])}${$ref}` }),
  ]),
]);

/** What of an event is not as OpenLineage 2-0-2 and its facets have it, ours included; empty: nothing. */
export function problemsOf(event: unknown): string[] {
  const validate = ajv.getSchema(String(core['$id'])) as ValidateFunction;
  const problems = validate(event) ? [] : ajv.errorsText(validate.errors, { separator: '\n' }).split('\n');
  for (const [path, facet] of facetsIn(event, '')) {
    const check = byUrl.get(facet._schemaURL);
    if (check === undefined) problems.push(`${path}: nobody knows ${facet._schemaURL}`);
    else if (!check(facet)) problems.push(`${path}: ${ajv.errorsText(check.errors)}`);
  }
  return problems;
}

/** Every facet at any depth. */
function facetsIn(value: unknown, path: string): [string, { readonly _schemaURL: string }][] {
  if (typeof value !== 'object' || value === null) return [];
  const nested = Object.entries(value).flatMap(([name, one]) => facetsIn(one, `${path}/${name}`));
  return '_schemaURL' in value ? [[path, value as { readonly _schemaURL: string }], ...nested] : nested;
}
