const REDACTED = '[redacted]';
/** What is shorter would be found in words that are not the secret. */
const SHORTEST_SECRET = 4;

export type Redact = (text: string) => string;

/**
 * Takes secrets out of a text that others wrote: as they are, in a URL, in JSON, on one line, and the beginning of one where
 * the text was cut in the middle of it.
 */
export function createRedact(secrets: Iterable<string>): Redact {
  const hidden = [...new Set([...secrets].filter(({ length }) => length >= SHORTEST_SECRET).flatMap(spellingsOf))]
    // One secret may begin with another.
    .sort((a, b) => b.length - a.length);
  return (text) => {
    if (text === '') return text;
    const whole = hidden.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
    return hidden.reduce(withoutCutSecret, whole);
  };
}

const spellingsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  secret.replace(/\s+/g, ' ').trim(),
];

function withoutCutSecret(text: string, secret: string): string {
  for (let length = Math.min(secret.length - 1, text.length); length >= SHORTEST_SECRET; length--) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + REDACTED;
  }
  return text;
}
