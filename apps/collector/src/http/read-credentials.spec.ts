import { readCredentials } from './read-credentials';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

it.each([
  ['Basic with an empty password', `Basic ${base64('k1:')}`, 'k1'],
  ['Basic with a password', `basic ${base64('k1:pw')}`, 'k1'],
  ['Bearer', 'Bearer k1', 'k1'],
  ['an empty user', `Basic ${base64(':')}`, null],
  ['an empty Bearer', 'Bearer ', null],
  ['another scheme', 'Digest x', null],
  ['nothing', undefined, null],
])('reads %s', (_title, authorization, expected) => {
  expect(readCredentials(authorization)).toBe(expected);
});
