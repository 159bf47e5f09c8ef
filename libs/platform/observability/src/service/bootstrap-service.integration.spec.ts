import { ConfigError, RetryableError } from '@millrace/platform-errors';
import {
  Controller,
  Get,
  Injectable,
  Module,
  Post,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HealthModule } from '../health/health.module';
import { HealthRegistry } from '../health/health-registry';
import { bootstrapService, runService, type RunningService, type ServiceOptions } from './bootstrap-service';

const calls: string[] = [];
let kafkaIsUp = true;

@Injectable()
class Consumer implements OnModuleDestroy, OnApplicationShutdown {
  onModuleDestroy(): void {
    calls.push('consumer drains');
    throw new Error('drain failed');
  }
  onApplicationShutdown(): void {
    calls.push('consumer closes');
    throw new Error('close failed');
  }
}

@Injectable()
class Producer implements OnModuleDestroy, OnApplicationShutdown {
  onModuleDestroy(): void {
    calls.push('producer drains');
  }
  onApplicationShutdown(): void {
    calls.push('producer closes');
  }
}

@Controller()
class EchoController {
  @Post('echo')
  echo(): string {
    return 'ok';
  }
  @Get('slow')
  async slow(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 150));
    return 'finished';
  }
}

@Module({ imports: [HealthModule], controllers: [EchoController], providers: [Consumer, Producer] })
class AppModule {
  constructor(health: HealthRegistry) {
    health.addReadiness('kafka', () => {
      if (!kafkaIsUp) throw new Error('no broker');
    });
  }
}

const lines: { msg: string; level: string }[] = [];
const logDestination = { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]) };
const running: RunningService[] = [];
const start = async (options: Partial<ServiceOptions> = {}): Promise<RunningService> => {
  const base = { name: 'spec', module: AppModule, port: 0, ownsProcess: false, logDestination };
  const service = await bootstrapService({ ...base, ...options });
  running.push(service);
  return service;
};
const get = async (url: string): Promise<{ status: number; text: string }> => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};

afterEach(async () => {
  for (const service of running.splice(0)) await service.close();
  calls.length = 0;
  lines.length = 0;
  kafkaIsUp = true;
});

it('serves health and metrics on the loopback address and writes one line', async () => {
  const { url } = await start();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await get(`${url}/health/live`)).toMatchObject({ status: 200 });
  expect(await get(`${url}/health/ready`)).toMatchObject({ status: 200 });
  expect((await get(`${url}/metrics`)).text).toContain('process_cpu_seconds_total');
  expect(lines.map(({ msg }) => msg)).toEqual([`spec ready on ${url}`]);
});

it('is not ready, with the reason, while a check fails, and still live', async () => {
  const { url } = await start();
  kafkaIsUp = false;
  const ready = await get(`${url}/health/ready`);
  expect(ready.status).toBe(503);
  expect(JSON.parse(ready.text)).toMatchObject({ status: 'failed', checks: { kafka: { reason: 'no broker' } } });
  expect((await get(`${url}/health/live`)).status).toBe(200);
});

describe('a service that waits for something', () => {
  const away = new RetryableError('Kafka does not answer', {
    code: 'KAFKA_UNAVAILABLE',
    cause: new Error('connect ECONNREFUSED 10.0.0.1:9092'),
    details: { brokers: '10.0.0.1:9092' },
    advice: 'Check KAFKA_BROKERS',
  });
  const refused = new ConfigError('Kafka refuses the credentials', { advice: 'Check KAFKA_SASL_PASSWORD' });
  const readiness = async (url: string): Promise<unknown> => JSON.parse((await get(`${url}/health/ready`)).text);

  it('is live and says for what, without addresses, and is ready by itself once all of it is there', async () => {
    let kafka: 'away' | 'refuses' | 'there' = 'away';
    const service = await start({
      start: async ({ until }) => {
        const attempt = async (): Promise<void> => {
          if (kafka !== 'there') throw kafka === 'away' ? away : refused;
        };
        await Promise.all([until('broker', attempt), until('clickhouse', () => Promise.resolve())]);
        calls.push('works');
      },
    });
    const { url } = service;
    expect(await get(`${url}/health/live`)).toMatchObject({ status: 200 });
    const waiting = await get(`${url}/health/ready`);
    expect(waiting.status).toBe(503);
    expect(JSON.parse(waiting.text)).toMatchObject({
      status: 'starting',
      checks: {
        broker: { status: 'failed', reason: 'KAFKA_UNAVAILABLE: Kafka does not answer. Check KAFKA_BROKERS.' },
        clickhouse: { status: 'ok' },
      },
    });
    kafka = 'refuses';
    const other = 'CONFIG_INVALID: Kafka refuses the credentials. Check KAFKA_SASL_PASSWORD.';
    while (!JSON.stringify(await readiness(url)).includes(other)) await new Promise((again) => setTimeout(again, 10));
    kafka = 'there';
    await service.started;
    expect(await readiness(url)).toEqual({
      status: 'ok',
      checks: { kafka: { status: 'ok', took_ms: expect.any(Number) } },
    });
    expect(calls).toEqual(['works']);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', expect.stringMatching(/^spec waits for broker: KAFKA_UNAVAILABLE: .*10\.0\.0\.1:9092/)],
      ['error', expect.stringContaining('spec waits for broker: CONFIG_INVALID: Kafka refuses the credentials')],
      ['info', 'spec has what it waited for: broker'],
      ['info', `spec ready on ${url}`],
    ]);
  });

  it('stops at once, though an attempt is under way that never ends', async () => {
    const service = await start({ start: ({ until }) => until('broker', () => new Promise(() => undefined)) });
    await service.close();
    await expect(service.started).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(lines.filter(({ level }) => level === 'fatal' || level === 'error').map(({ msg }) => msg)).toEqual([
      'Consumer.onModuleDestroy failed: drain failed',
      'Consumer.onApplicationShutdown failed: close failed',
    ]);
  });

  it('says what went wrong when the start itself is wrong', async () => {
    const service = await start({ start: () => Promise.reject(new Error('a bug')) });
    await expect(service.started).rejects.toThrow('a bug');
    expect(lines).toMatchObject([{ level: 'fatal', msg: 'spec cannot start: a bug' }]);
    expect((await get(`${service.url}/health/ready`)).status).toBe(503);
  });
});

it('refuses a body above its limit', async () => {
  const { url } = await start({ bodyLimitBytes: 1000 });
  const post = async (size: number): Promise<number> => {
    const body = JSON.stringify('x'.repeat(size));
    const response = await fetch(`${url}/echo`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    return response.status;
  };
  expect(await post(500)).toBe(201);
  expect(await post(2000)).toBe(413);
});

it('runs every shutdown hook although some throw, and reports those', async () => {
  const service = await start();
  await service.close();
  expect(calls).toEqual(['consumer drains', 'producer drains', 'consumer closes', 'producer closes']);
  expect(lines.filter(({ level }) => level === 'error').map(({ msg }) => msg)).toEqual([
    'Consumer.onModuleDestroy failed: drain failed',
    'Consumer.onApplicationShutdown failed: close failed',
  ]);
});

it('finishes requests under way before it stops', async () => {
  const service = await start();
  const slow = get(`${service.url}/slow`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await service.close();
  expect(await slow).toEqual({ status: 200, text: 'finished' });
});

it('says which port is taken and the way out', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(start({ port })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `Port ${port} on 127.0.0.1 is taken by another process`,
    advice: expect.stringContaining('SPEC_PORT'),
  });
});

it('raises what a provider throws at start, and prints nothing but that', async () => {
  @Module({})
  class BrokenModule {
    constructor() {
      throw new ConfigError('no such zone', { advice: 'Set TIME_ZONE' });
    }
  }
  await expect(start({ module: BrokenModule })).rejects.toThrow('no such zone');
  expect(lines).toEqual([]);
});

it('turns a failed main into one line and exit code 1', async () => {
  const exited = new Promise<number>((resolve) => {
    jest.spyOn(process, 'exit').mockImplementation((code) => resolve(Number(code)) as never);
  });
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  runService(() => Promise.reject(new ConfigError('no such zone', { advice: 'Set TIME_ZONE' })));
  expect(await exited).toBe(1);
  expect(write).toHaveBeenCalledWith('CONFIG_INVALID: no such zone. Set TIME_ZONE.\n');
  jest.restoreAllMocks();
});
