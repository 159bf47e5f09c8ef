import { createServer, type Server } from 'node:http';
import { freePort } from './free-port';
import { tcpProxy, type TcpProxy } from './tcp-proxy';
import { waitFor } from './wait-for';

let server: Server;
let proxy: TcpProxy;
const seen: string[] = [];

beforeAll(async () => {
  const port = await freePort();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      seen.push(body === '' ? String(request.url) : body);
      response.end(body === '' ? 'hello' : String(body.length));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  proxy = await tcpProxy(`http://127.0.0.1:${port}/base`);
});
afterAll(async () => {
  await proxy.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  proxy.restore();
  seen.length = 0;
});

const get = async (path: string, timeoutMs = 2000): Promise<string> => {
  const response = await fetch(proxy.url + path, {
    signal: AbortSignal.timeout(timeoutMs),
    headers: { connection: 'close' },
  });
  return response.text();
};

it('carries requests and large bodies both ways', async () => {
  expect(await get('/a')).toBe('hello');
  expect(seen).toEqual(['/base/a']);
  const response = await fetch(proxy.url, { method: 'POST', body: 'x'.repeat(3_000_000) });
  expect(await response.text()).toBe('3000000');
});

it('cuts, refuses and heals', async () => {
  proxy.cut();
  await expect(get('/a')).rejects.toThrow();
  expect(seen).toEqual([]);
  proxy.restore();
  expect(await get('/a')).toBe('hello');
});

it('cuts a connection that is under way', async () => {
  proxy.delay(5000);
  const slow = get('/a', 10_000);
  slow.catch(() => undefined);
  await waitFor('the connection', () => proxy.openConnections > 0);
  proxy.cut();
  await expect(slow).rejects.toThrow();
  await waitFor('no connection', () => proxy.openConnections === 0);
});

it('delays both ways', async () => {
  proxy.delay(60);
  const startedAt = performance.now();
  expect(await get('/a')).toBe('hello');
  expect(performance.now() - startedAt).toBeGreaterThan(115);
});

it('lets requests through and swallows their replies', async () => {
  proxy.dropReplies();
  await expect(get('/lost', 150)).rejects.toThrow();
  await waitFor('the request', () => seen.includes('/base/lost'));
  proxy.restore();
  expect(await get('/found')).toBe('hello');
});
