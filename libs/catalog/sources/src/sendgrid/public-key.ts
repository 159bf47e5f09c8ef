import { createPublicKey, type KeyObject } from 'node:crypto';

import { z } from 'zod';

const ADVICE =
  'is not an ECDSA P-256 public key: copy the verification key from SendGrid, as it stands there (base64) or as PEM';

/** SendGrid shows base64 of a DER SubjectPublicKeyInfo; PEM is the same between two lines. */
const FRAME = /-----(?:BEGIN|END) PUBLIC KEY-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

function readPublicKey(text: string): KeyObject | null {
  const base64 = text.replace(FRAME, '').replace(/\s+/g, '');
  if (!BASE64.test(base64)) return null;
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
}

/** Parsed when settings are read, not for each request. */
export const publicKey = z
  .string()
  .meta({ secret: true })
  .transform((text, context) => {
    const key = readPublicKey(text);
    if (key !== null) return key;
    context.addIssue({ code: 'custom', message: ADVICE });
    return z.NEVER;
  });
