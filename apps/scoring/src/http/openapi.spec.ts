import { execFileSync } from 'node:child_process';

import { z } from 'zod';

import { openApiDocument } from './openapi';
import { deliveryAnswer, errorAnswer, operationAnswer, ROUTES, startBody, windowsAnswer } from './run-api';

/** The validator is an ES module, which specs cannot load: a process of its own does. */
const VALIDATE = `
  import { Validator } from '@seriousme/openapi-schema-validator';
  import { readFileSync } from 'node:fs';
  const validator = new Validator();
  const result = await validator.validate(JSON.parse(readFileSync(0, 'utf8')));
  process.stdout.write(JSON.stringify({ ...result, version: validator.version }));`;

const validate = (document: unknown): { valid: boolean; version: string; errors?: unknown } =>
  JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', VALIDATE], {
      cwd: __dirname,
      input: JSON.stringify(document),
      encoding: 'utf8',
    }),
  ) as ReturnType<typeof validate>;

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: object } } };
  readonly responses: Readonly<
    Record<string, { readonly content: { readonly 'application/json': { readonly schema?: object } } }>
  >;
}
const document = openApiDocument('1.2.3') as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const operationsOf = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );
const operationOf = (id: string): Operation =>
  operationsOf().find(([, operation]) => operation.operationId === id)?.[1] as Operation;
/** As a reader of the document sees a schema. */
const readBack = (schema: object | undefined): z.ZodType => z.fromJSONSchema({ ...schema });

it('is a valid document of OpenAPI 3.1, and the validator finds what is not', () => {
  expect(validate(document)).toEqual({ valid: true, version: '3.1' });
  expect(validate({ ...document, paths: { '/v1/runs': { get: { responses: 'none' } } } }).valid).toBe(false);
}, 60_000);

it('has every route that is served, and no other', () => {
  const served = Object.entries(ROUTES).map(([name, { method, path }]) => [`${method.toLowerCase()} ${path}`, name]);
  expect(operationsOf().map(([at, { operationId }]) => [at, operationId])).toEqual(served);
});

it('names what each route reads', () => {
  const parameters = (id: string): unknown =>
    operationOf(id).parameters?.map(({ name, in: place, required }) => [place, name, required]);
  expect(parameters('readWindows')).toEqual([
    ['query', 'as_of', true],
    ['query', 'job', false],
    ['query', 'wait_seconds', false],
  ]);
  expect(parameters('readRun')).toEqual([
    ['path', 'id', true],
    ['query', 'wait_seconds', false],
  ]);
});

it.each<[string, z.ZodType, z.ZodType, unknown]>([
  [
    'a request',
    startBody,
    readBack(operationOf('startRun').requestBody?.content['application/json'].schema),
    { job: 'lead_score', as_of: '2026-11-23' },
  ],
  [
    'an operation',
    operationAnswer,
    readBack(operationOf('readRun').responses['200']?.content['application/json'].schema),
    {
      id: 'a-20261123T070000Z',
      job: 'a',
      as_of: '2026-11-23T07:00:00.000Z',
      state: 'failed',
      is_ended: true,
      replica: null,
      started_at: '2026-11-23T07:00:00.000Z',
      ended_at: null,
      waits_for: [],
      progress: { model: 'a', stage: 'score', chunks: null, chunks_done: 0 },
      run: null,
      error: { code: 'INTERNAL', message: 'x', is_retryable: false },
    },
  ],
  [
    'windows',
    windowsAnswer,
    readBack(operationOf('readWindows').responses['200']?.content['application/json'].schema),
    { as_of: '2026-11-23T07:00:00.000Z', job: null, is_sealed: false, sealed_through: null, waits_for: ['a/b'] },
  ],
  [
    'a delivery',
    deliveryAnswer,
    readBack(operationOf('readDelivery').responses['200']?.content['application/json'].schema),
    { run_id: 'r', state: 'settled', is_settled: true, waits_for: [], reason: null, plans: [] },
  ],
  [
    'an error',
    errorAnswer,
    readBack((openApiDocument('1') as { components: { schemas: { Error: object } } }).components.schemas.Error),
    { error: { code: 'INTERNAL', message: 'x', is_retryable: false } },
  ],
])('says of %s what the service reads and writes', (_what, schema, documented, value) => {
  for (const one of [schema, documented]) {
    expect(one.safeParse(value).success).toBe(true);
    expect(one.safeParse({ ...(value as object), another: 1 }).success).toBe(false);
    const [first = ''] = Object.keys(value as object);
    const { [first]: _left, ...rest } = value as Record<string, unknown>;
    expect(one.safeParse(rest).success).toBe(false);
  }
});
