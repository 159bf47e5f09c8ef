import { answerInWords } from './answer-in-words';

const PAGE = `<!DOCTYPE html><html><head><title>Oops</title><style>p { color: red }</style></head>
  <body class="x"><!-- <p>not this</p> --><h1>502 Bad Gateway</h1><br/><p>nginx</p><script>alert(1)</script></body></html>`;

it.each([
  ['nothing', '', 'HTTP 502'],
  ['only space', ' \n ', 'HTTP 502'],
  ['words', 'no  such\nlead', 'HTTP 502: no such lead'],
  ['a page', PAGE, 'HTTP 502: Oops 502 Bad Gateway nginx'],
  ['an e-mail in angle brackets', 'Ana <ana@example.com> is 3 < 5', 'HTTP 502: Ana <ana@example.com> is 3 < 5'],
  ['a tag without an end', 'a <b', 'HTTP 502: a <b'],
  ['a long text, cut at a character', '😀'.repeat(1_500), `HTTP 502: ${'😀'.repeat(1_000)}`],
])('says %s', (_what, body, expected) => {
  expect(answerInWords({ status: 502, body })).toBe(expected);
});

it.each(['<', '<a', '<script>', '<!--', '</', '<a '])('reads a body of megabytes of %j at once', (part) => {
  expect(answerInWords({ status: 500, body: part.repeat(2_000_000) }).length).toBeLessThan(1_100);
});
