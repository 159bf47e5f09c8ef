import type { Auth } from '@millrace/platform-http';

/** A token that somebody gave for good: there is no other one to be had where it is refused. */
export const staticToken = (value: string): Auth => ({
  token: () => Promise.resolve({ kind: 'token', token: { value, expiresAt: Number.MAX_SAFE_INTEGER } }),
  isRefused: () => false,
});
