import { publicUrlOf, type AddressHints } from './public-url';

const PUBLIC = 'https://signals.example.com/collect';

it.each<[string, AddressHints, string | undefined, string]>([
  ['configured', { host: '10.0.0.7:8080', 'x-forwarded-proto': 'http' }, PUBLIC, 'https://signals.example.com/collect'],
  ['asked directly', { host: '127.0.0.1:8080', origin: 'http://localhost:3000' }, undefined, 'http://127.0.0.1:8080/'],
  [
    'asked directly by a page under https',
    { host: 'localhost:8080', origin: 'https://a.example' },
    undefined,
    'http://localhost:8080/',
  ],
  [
    'behind a proxy that notes the scheme',
    { host: 'signals.example.com', 'x-forwarded-proto': 'https' },
    undefined,
    'https://signals.example.com/',
  ],
  [
    'behind two proxies',
    { host: 'signals.example.com', 'x-forwarded-proto': 'https, http' },
    undefined,
    'https://signals.example.com/',
  ],
  [
    'behind two proxies that repeat the header',
    { host: 's.example.com', 'x-forwarded-proto': ['HTTPS', 'http'] },
    undefined,
    'https://s.example.com/',
  ],
  [
    'behind a proxy that notes nothing',
    { host: 'signals.example.com', origin: 'https://www.example.com' },
    undefined,
    'https://signals.example.com/',
  ],
  [
    'behind a proxy that notes nonsense',
    { host: 's.example.com', 'x-forwarded-proto': 'javascript' },
    undefined,
    'http://s.example.com/',
  ],
  ['in a sandboxed frame', { host: 's.example.com', origin: 'null' }, undefined, 'http://s.example.com/'],
  ['by its IPv6 address', { host: '[::1]:8080' }, undefined, 'http://[::1]:8080/'],
])('a collector that is %s', (_how, headers, configured, url) => {
  expect(publicUrlOf(headers, configured)?.href).toBe(url);
});

it.each([undefined, '', 'a b', 'evil.example/path', 'user@evil.example', 'x:99999', '-', 'a\\b', '"><script>'])(
  'knows nothing from the Host %j',
  (host) => {
    expect(publicUrlOf({ host }, undefined)).toBeUndefined();
  },
);
