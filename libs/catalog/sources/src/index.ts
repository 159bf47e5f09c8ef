export { ExactNumber } from './json/exact-number';
export { readJson } from './json/read-json';
export { isSecret, jsonTextWithoutSecrets } from './mapping/secrets';
export { isObject, textOf, type JsonObject } from './mapping/values';
export { SOURCES } from './registry';
export { ROW_REASONS, type RowReason } from './row-reasons';
export { drop, FILE_FORMATS, pollSource, quarantine, toSignal, usualAnswer } from './source';
export type {
  Cursor,
  FileFacts,
  FileFormat,
  FileRow,
  FileSource,
  Gives,
  HttpAnswer,
  HttpRoute,
  HttpSource,
  MapContext,
  Mapped,
  OpenedFile,
  OpenRoute,
  Page,
  PollSource,
  PollStream,
  QuarantinedRecord,
  RawRequest,
  ReadResult,
  RefusedRequest,
  SignatureRoute,
  Source,
  SourceKind,
  SourceTools,
  Summary,
  WriteKeyRoute,
} from './source';
export { REJECTED_COLUMNS } from './tabular/rejected-rows';
