import { Logger, PinoLogger } from 'nestjs-pino';
import type { Logger as BaseLogger } from 'pino';
import { nestLoggerParams } from './logger';

/** Nest announces every module and route at start-up; these lines are for debugging. */
const CHATTY_CONTEXTS = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** What fails while Nest starts is thrown as well and becomes the one line of `runService`. */
const START_FAILURE_CONTEXT = 'ExceptionHandler';

/** Nest's logger from its first line on, over ours. */
export class QuietLogger extends Logger {
  constructor(logger: BaseLogger) {
    const params = nestLoggerParams(logger);
    super(new PinoLogger(params), params);
  }

  override log(message: unknown, ...optionalParams: unknown[]): void {
    const context = optionalParams.at(-1);
    if (typeof context === 'string' && CHATTY_CONTEXTS.has(context)) this.debug(message, ...optionalParams);
    else super.log(message, ...optionalParams);
  }

  override error(message: unknown, ...optionalParams: unknown[]): void {
    if (optionalParams.at(-1) === START_FAILURE_CONTEXT) this.debug(message, ...optionalParams);
    else super.error(message, ...optionalParams);
  }
}
