import { createTokenCheck } from './check-token';

const TOKEN = 'a-token-of-the-specs-that-is-long-enough';

it.each(['Bearer ', 'bearer ', 'BEARER  '])('takes the token behind "%s"', (scheme) => {
  expect(() => createTokenCheck(TOKEN)(`${scheme}${TOKEN}`)).not.toThrow();
});

it.each<[string, string | undefined, string]>([
  ['nothing', undefined, 'missing'],
  ['another scheme', `Basic ${TOKEN}`, 'missing'],
  ['no token', 'Bearer ', 'missing'],
  ['a beginning of it', `Bearer ${TOKEN.slice(0, -1)}`, 'wrong'],
  ['more than it', `Bearer ${TOKEN}x`, 'wrong'],
  ['another case', `Bearer ${TOKEN.toUpperCase()}`, 'wrong'],
])('refuses %s', (_what, authorization, word) => {
  expect(() => createTokenCheck(TOKEN)(authorization)).toThrow(word);
});

it.each([undefined, 'Bearer undefined', `Bearer ${TOKEN}`])('is closed without a token of its own (%s)', (sent) => {
  expect(() => createTokenCheck(undefined)(sent)).toThrow('closed');
});
