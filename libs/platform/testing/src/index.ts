export { freePort } from './free-port';
export { startPostgres, usePostgres, type PostgresServer } from './postgres/postgres-server';
export { httpProxy, type Call, type HttpProxy, type Treatment } from './http-proxy';
export { seededRandom, testSeed, type SeededRandom } from './seeded-random';
export { spawnProgram, spawnService, type SpawnedService, type SpawnServiceOptions } from './spawn-service';
export { openStack, useStack, type Stack } from './stack';
export { stackAddresses, type StackAddresses } from './stack-addresses';
export { tcpProxy, type TcpProxy } from './tcp-proxy';
export { waitFor, type WaitForOptions } from './wait-for';
