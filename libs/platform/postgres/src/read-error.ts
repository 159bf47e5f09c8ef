import { failureOf } from '@millrace/platform-http';
import { DatabaseError } from 'pg';

import type { SinkAnswer, SqlTarget } from './sink';

type NotDone = Exclude<SinkAnswer<never>, { kind: 'done' }>;

/** SQLSTATE of a connection that ended. */
const CONNECTION_FAILURE = '08006';
/** What the server says when it ends connections: a commit may have been done before. */
const ENDS_CONNECTIONS = /^(57P|08|XX|58)/;
/** Certificates that are not trusted, no TLS at the other side, an answer to the password that makes no sense. */
const NEEDS_SETTINGS = /^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH)/;
const NEEDS_SETTINGS_IN_WORDS = /does not support SSL|^SASL|PEM/;

/** Nobody let us in. */
export function readConnectError(error: unknown, { host, allowPrivateAddresses }: SqlTarget): NotDone {
  if (isDatabaseError(error)) return refusedBy(error);
  const failure = failureOf(error, { wasSent: false, host, isGuarded: !allowPrivateAddresses });
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const needsSettings = NEEDS_SETTINGS.test(code) || NEEDS_SETTINGS_IN_WORDS.test(message);
  return { ...failure, isForbidden: failure.isForbidden || needsSettings };
}

/** A statement before the commit failed: nothing was written. */
export const readWorkError = (error: unknown): NotDone =>
  isDatabaseError(error)
    ? refusedBy(error)
    : {
        kind: 'refused',
        code: CONNECTION_FAILURE,
        detail: `The connection ended before the commit: ${inWords(error)}`,
      };

/** The commit was sent. Only a plain refusal says that nothing was written. */
export const readCommitError = (error: unknown): NotDone =>
  isDatabaseError(error) && !ENDS_CONNECTIONS.test(error.code ?? '')
    ? refusedBy(error)
    : { kind: 'failure', wasSent: true, isForbidden: false, detail: `No answer to the commit: ${inWords(error)}` };

export const isDatabaseError = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && error.code !== undefined;

/** Its `detail` and `hint` would name values of records. */
const refusedBy = ({ code = CONNECTION_FAILURE, message, column }: DatabaseError): NotDone => ({
  kind: 'refused',
  code,
  detail: `${code}: ${message}`,
  ...(column === undefined ? {} : { column }),
});

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));
