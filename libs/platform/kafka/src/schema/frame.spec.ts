import fc from 'fast-check';
import { frame, parseFrame } from './frame';

describe('the registry frame', () => {
  it('gives back the schema id and the body', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.uint8Array({ maxLength: 50 }), (id, bytes) => {
        expect(parseFrame(frame(id, Buffer.from(bytes)))).toEqual({ schemaId: id, body: Buffer.from(bytes) });
      }),
    );
  });

  it.each([
    ['a tombstone', null, 'tombstone'],
    ['zero length', Buffer.alloc(0), 'empty'],
    ['a wrong magic byte', Buffer.from([1, 0, 0, 0, 1, 2]), 'wrong_magic'],
    ['JSON', Buffer.from('{}'), 'wrong_magic'],
    ['a header cut short', Buffer.from([0, 0, 0, 0]), 'truncated'],
  ])('answers %s with a value', (_what, bytes, problem) => {
    expect(parseFrame(bytes)).toEqual({ problem });
  });
});
