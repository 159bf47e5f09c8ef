import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { useStack } from '@millrace/platform-testing';

import { HOUR, SealingFixture, T0 } from '../../testing/sealing-fixture';
import { RawArchive } from './raw-archive';

const stack = useStack();
const objects = new Map<string, Buffer>();
const credentials = new Set<string>();
let fixture: SealingFixture;
let server: Server;
let url: string;

/** As much of S3 as one file needs: put, head and ranged get of an object. It lets anybody in whose key it knows. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://s3').pathname;
  const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const body = await buffer(request);
  credentials.add(key);
  if (key !== 'known-key') return void response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
  if (request.method === 'PUT') {
    objects.set(path, body);
    return void response.writeHead(200, { etag: '"1"' }).end();
  }
  const object = objects.get(path);
  if (object === undefined) return void response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
  const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
  const last = to === '' ? object.length - 1 : Math.min(Number(to), object.length - 1);
  const part = object.subarray(Number(from), last + 1);
  response.writeHead(request.headers.range === undefined ? 200 : 206, {
    etag: '"1"',
    'last-modified': new Date(T0).toUTCString(),
    'content-length': part.length,
    'content-range': `bytes ${from}-${last}/${object.length}`,
  });
  response.end(request.method === 'HEAD' ? undefined : part);
}

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/raw`;
  fixture = await SealingFixture.create(stack);
  await fixture.land(
    Array.from({ length: 500 }, (_, offset) => ({
      partition: 0,
      offset,
      id: `id-${offset}`,
      occurredAt: T0 - HOUR,
      ...(offset % 2 === 0 ? {} : { email: `ü${offset}@example.com` }),
    })),
  );
});
afterAll(async () => {
  await fixture.close();
  server.closeAllConnections();
  server.close();
});

const archiveWith = (accessKeyId: string) =>
  new RawArchive(fixture.clickhouse, { url, accessKeyId, secretAccessKey: 'a-secret' });

it('a day goes to S3 with the credentials given, is read back, and comes from there the same', async () => {
  const name = await archiveWith('known-key').write(stack.database, '20261120');
  expect([...objects.keys()]).toEqual([`/bucket/raw/${name}`]);
  expect([...credentials]).toEqual(['known-key']);
  await fixture.clickhouse.command('create table restored as signals_raw');
  await archiveWith('known-key').load(name, stack.database, 'restored');
  const difference = 'select * from signals_raw except select * from restored';
  expect(await fixture.clickhouse.query(difference)).toEqual([]);
  expect(await fixture.clickhouse.query('select count() as rows from restored')).toEqual([{ rows: 500 }]);
});

it('a bucket that refuses says so, without the credentials', async () => {
  const failure: unknown = await archiveWith('other-key')
    .write(stack.database, '20261120')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'ARCHIVE_FAILED', isRetryable: true });
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/other-key|a-secret/);
});
