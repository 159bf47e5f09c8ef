/** The part of a pino logger this library needs. Anything with these four methods will do. */
export interface KafkaLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => undefined;

export const silentLog: KafkaLog = { debug: nothing, info: nothing, warn: nothing, error: nothing };
