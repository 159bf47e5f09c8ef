import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';

/** Provides a service's parsed environment under its token, everywhere in that service. */
@Module({})
export class ConfigModule {
  static forEnvironment(token: InjectionToken, parsed: Readonly<Record<string, unknown>>): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: token, useValue: parsed }],
      exports: [token],
    };
  }
}
