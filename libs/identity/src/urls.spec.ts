import fc from 'fast-check';

import { hostOf, pathOf } from './urls';

it.each([
  ['https://WWW.Acme.com:8080/a?b#c', 'www.acme.com'],
  ['acme.com', 'acme.com'],
  ['Bücher.de/x', 'xn--bcher-kva.de'],
  ['https://acme.com\\x', 'acme.com'],
  ['mailto:ana@acme.com', null],
  ['/pricing', null],
  ['localhost:3000', null],
])('the host of %j is %j', (url, host) => {
  expect(hostOf(url)).toBe(host);
});

it.each([
  ['https://acme.com/pricing?x=1#top', '/pricing'],
  ['https://acme.com', '/'],
  ['https://acme.com?x=/y', '/'],
  ['HTTPS://acme.com/A/b', '/A/b'],
  ['/pricing#top', '/pricing'],
  ['', '/'],
])('the path of %j is %j', (url, path) => {
  expect(pathOf(url)).toBe(path);
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), fc.string({ unit: 'binary' })), (url) => {
      expect(pathOf(url)).not.toMatch(/[?#]/);
      const host = hostOf(url);
      if (host !== null) expect(hostOf(host)).toBe(host);
    }),
  );
});
