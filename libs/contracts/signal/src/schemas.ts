import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Type } from 'avsc';
import type { Schema } from 'avsc';

const readSchema = (name: string): Schema =>
  JSON.parse(readFileSync(join(__dirname, 'schemas', `${name}.avsc`), 'utf8')) as Schema;

/** The Avro record `millrace.Signal`: the reader schema that every writer schema must stay readable by. */
export const SIGNAL_SCHEMA: Schema = readSchema('signal');
/** The Avro record `millrace.Account`, value of `entities.accounts.v1`. */
export const ACCOUNT_SCHEMA: Schema = readSchema('account');
/** The Avro record `millrace.Person`, value of `entities.people.v1`. */
export const PERSON_SCHEMA: Schema = readSchema('person');

/** Compiled types: `toBuffer(value)` encodes the bare Avro body (no registry frame). Timestamps are numbers of milliseconds. */
export const signalType = Type.forSchema(SIGNAL_SCHEMA);
export const accountType = Type.forSchema(ACCOUNT_SCHEMA);
export const personType = Type.forSchema(PERSON_SCHEMA);
