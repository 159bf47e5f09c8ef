import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ConfigModule } from './config.module';

const ENVIRONMENT = Symbol('ENVIRONMENT');

@Injectable()
class Reader {
  constructor(@Inject(ENVIRONMENT) readonly environment: { readonly ZONE: string }) {}
}

@Module({ providers: [Reader] })
class ModuleThatImportsNothing {}

it('provides the environment in every module of the service', async () => {
  const environment = Object.freeze({ ZONE: 'UTC' });
  const module = await Test.createTestingModule({
    imports: [ConfigModule.forEnvironment(ENVIRONMENT, environment), ModuleThatImportsNothing],
  }).compile();
  expect(module.get(Reader, { strict: false }).environment).toBe(environment);
  await module.close();
});
