import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { examineService } from './examine-service';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const answering = async (status: number, body: string): Promise<string> => {
  server = createServer((_request, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const report = (status: string, checks: object = {}): string => JSON.stringify({ status, checks });

it.each<[string, number, string, boolean, string]>([
  ['ready', 200, report('ok', { kafka: { status: 'ok' } }), true, 'ready at URL'],
  ['starting', 503, report('starting'), false, 'starting at URL'],
  ['stopping', 503, report('stopping', { kafka: { status: 'ok' } }), false, 'stopping at URL'],
  [
    'not ready, with every reason',
    503,
    report('failed', {
      kafka: { status: 'failed', reason: 'away' },
      a: { status: 'ok' },
      landing: { status: 'failed' },
    }),
    false,
    'failed at URL; kafka: away; landing: failed',
  ],
  ['another program', 200, 'OK', false, 'URL answers, but not as a service of Millrace'],
  ['another program with JSON', 200, '{"status":"ok"}', false, 'URL answers, but not as a service of Millrace'],
  ['a page of errors', 404, '<html>', false, 'URL answers, but not as a service of Millrace'],
  ['one that contradicts itself', 500, report('ok'), false, 'ok at URL'],
])('%s', async (_what, status, body, ok, detail) => {
  const url = await answering(status, body);
  const finding = await examineService('windowing', url);
  expect({ ...finding, advice: finding.advice === '' }).toEqual({
    check: 'windowing itself',
    ok,
    detail: detail.replace('URL', url),
    advice: ok,
  });
});

it('says what to do when nobody answers: start it, say where it is, or leave it out', async () => {
  const url = await answering(200, '');
  server?.close();
  const { ok, detail, advice } = await examineService('windowing', url);
  expect([ok, detail]).toEqual([false, expect.stringMatching(/^does not answer at http:.*ECONNREFUSED/)]);
  expect(advice).toMatch(/npm start.*WINDOWING_URL.*--without-services/);
});
