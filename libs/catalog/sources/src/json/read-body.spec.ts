import { readJsonBody } from './read-body';

const problemOf = (body: Buffer): string => {
  const read = readJsonBody(body);
  return read.ok ? '' : read.detail;
};
const valueOf = (body: Buffer): unknown => {
  const read = readJsonBody(body);
  return read.ok ? read.value : read;
};

describe('readJsonBody', () => {
  it('names what is wrong', () => {
    expect(problemOf(Buffer.from(''))).toContain('empty');
    expect(problemOf(Buffer.from('{'))).toContain('not valid JSON');
    expect(problemOf(Buffer.from(`${'['.repeat(100_000)}1e400${']'.repeat(100_000)}`))).toContain('nested too deeply');
  });

  it.each([
    ['UTF-8', Buffer.from('{"a":"é"}')],
    ['UTF-8 after a byte order mark', Buffer.from('\uFEFF{"a":"é"}')],
    ['an escape', Buffer.from(String.raw`{"a":"\u00e9"}`)],
  ])('reads %s', (_title, body) => {
    expect(valueOf(body)).toEqual({ a: 'é' });
  });

  it.each([
    ['Latin-1', Buffer.from('{"a":"é"}', 'latin1'), 'byte 6 (0xe9)'],
    ['Windows-1252', Buffer.from([...Buffer.from('{"price":"5 '), 0x80, ...Buffer.from('"}')]), 'byte 12 (0x80)'],
    [
      'a broken sequence after a good one',
      Buffer.from([...Buffer.from('{"a":"é'), 0xe2, 0x82, 0x22, 0x7d]),
      'byte 8 (0xe2)',
    ],
    ['a sequence that ends early', Buffer.from('{"a":"é').subarray(0, 7), 'byte 6 (0xc3)'],
    ['a surrogate in bytes', Buffer.from([...Buffer.from('{"a":"'), 0xed, 0xa0, 0xbd, 0x22, 0x7d]), 'byte 6 (0xed)'],
    ['an overlong form', Buffer.from([...Buffer.from('{"a":"'), 0xc0, 0x80, 0x22, 0x7d]), 'byte 6 (0xc0)'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'UTF-16'],
    ['UTF-16 after a byte order mark', Buffer.from('\uFEFF{"a":1}', 'utf16le'), 'UTF-16'],
    ['UTF-16, big endian', Buffer.from('{"a":"é"}', 'utf16le').swap16(), 'UTF-16'],
  ])('refuses %s', (_title, body, place) => {
    expect(problemOf(body)).toContain(place);
    expect(problemOf(body)).toContain('UTF-8');
  });

  it('takes U+FFFD that was sent', () => {
    expect(valueOf(Buffer.from('"\uFFFD"'))).toBe('\uFFFD');
  });
});
