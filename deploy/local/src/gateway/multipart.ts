import type { IncomingMessage } from 'node:http';
import { BodyReader } from './body';
import { badRequest, notImplemented } from './gateway-error';

export const isMultipart = (request: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');

/** The parts of a multipart body as parameters: the statement and long `param_x` may come that way. */
export const readMultipart = async (request: IncomingMessage): Promise<URLSearchParams> => {
  const body = await new BodyReader(request).readAll();
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(body, { headers }).formData().catch((error: unknown) => {
    throw badRequest(`The multipart body cannot be read: ${String(error)}`);
  });
  const parameters = new URLSearchParams();
  for (const [name, value] of form) {
    const isKnown = name === 'query' || name.startsWith('param_');
    if (!isKnown || typeof value !== 'string') throw notImplemented(`External data (part ${name}) is not read`);
    parameters.append(name, value);
  }
  return parameters;
};
