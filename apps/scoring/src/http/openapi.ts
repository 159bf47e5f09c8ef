import { z } from 'zod';

import { errorAnswer, ROUTES, type Route } from './run-api';

type Json = Readonly<Record<string, unknown>>;

/** Statuses of errors that every route has. */
const ALWAYS: Readonly<Record<number, string>> = {
  400: 'What was asked is not valid.',
  401: 'The token is missing or wrong.',
  403: 'The API is closed: no token is configured.',
  503: 'Not ready, or too much goes on; Retry-After says when to ask again.',
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output' = 'output'): Json => {
  const { $schema: _version, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return rest;
};

const jsonOf = (schema: z.ZodType, io?: 'input'): Json => ({ 'application/json': { schema: schemaOf(schema, io) } });

function parametersOf(place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Readonly<Record<string, Json>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...of }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: of,
  }));
}

function operationOf(operationId: string, route: Route): Json {
  const answers = Object.entries(route.answers).map(([status, [description, schema]]) => [
    status,
    { description, content: schema === undefined ? { 'application/json': {} } : jsonOf(schema) },
  ]);
  const refusals = Object.entries({ ...ALWAYS, ...route.refusals }).map(([status, description]) => [
    status,
    { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
  ]);
  const parameters = [...parametersOf('path', route.params), ...parametersOf('query', route.query)];
  return {
    operationId,
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: jsonOf(route.body, 'input') } }),
    responses: Object.fromEntries([...answers, ...refusals]) as Json,
  };
}

/** The OpenAPI 3.1 document of the routes, made of the schemas that read requests. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries(ROUTES)) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(name, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Millrace runs',
      version,
      description: 'Start score runs from another scheduler, and wait for windows, runs and deliveries.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: schemaOf(errorAnswer) },
    },
  };
}
