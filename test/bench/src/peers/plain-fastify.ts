import fastify from 'fastify';

/**
 * The least that a collector can do: Fastify reads a batch as JSON and answers. It checks no key, maps nothing, keeps nothing. A
 * program of its own, on PEER_PORT.
 */
async function main(): Promise<void> {
  const server = fastify({ bodyLimit: 2 * 1024 * 1024 });
  server.get('/health/ready', () => ({ status: 'ok' }));
  server.post<{ Body: { batch: readonly unknown[] } }>('/v1/batch', ({ body }) => ({
    success: true,
    accepted: body.batch.length,
  }));
  await server.listen({ host: '127.0.0.1', port: Number(process.env['PEER_PORT']) });
}

void main();
