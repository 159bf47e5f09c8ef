import { z } from 'zod';

/** `https://bucket.s3.region.amazonaws.com/prefix`, any S3 endpoint, or `file:///folder` on the ClickHouse server. */
export function archiveUrl() {
  return z
    .string()
    .transform((text, context) => {
      const problem = problemOf(text);
      if (problem === null) return text.replace(/\/+$/, '');
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    })
    .meta({
      secret: true,
      expected: 'https:// and a bucket and prefix, or file:///folder of the ClickHouse server; no credentials in it',
    });
}

function problemOf(text: string): string | null {
  if (!URL.canParse(text)) return 'not a URL';
  const url = new URL(text);
  if (!['http:', 'https:', 'file:'].includes(url.protocol)) return 'neither https:// nor file://';
  if (url.username !== '' || url.password !== '') return 'holds credentials: give them as RAW_ARCHIVE_ACCESS_KEY_ID';
  if (url.search !== '' || url.hash !== '') return 'has a query: only a bucket and a prefix';
  return null;
}
