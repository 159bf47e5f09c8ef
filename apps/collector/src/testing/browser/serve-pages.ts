import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { buildSync } from 'esbuild';

/** A script as a site bundles it. */
const bundle = (contents: string): Buffer => {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: __dirname },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
};

export interface Pages {
  /** An origin of its own: every call to the collector crosses origins. */
  readonly url: string;
  close(): void;
}

/** A site of one page a script: `/pricing` runs the script of that name. */
export async function servePages(scripts: Readonly<Record<string, string>>): Promise<Pages> {
  const bundles = new Map(Object.entries(scripts).map(([name, script]) => [`/${name}.js`, bundle(script)]));
  const server: Server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    const script = bundles.get(path);
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script ?? `<!doctype html><title>Pricing</title><script src="${path}.js"></script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
