export { createPostgresSink, type PostgresSink, type PostgresSinkOptions } from './create-sink';
export type { CopySource, Sink, SinkAnswer, SqlSession, SqlTarget } from './sink';
