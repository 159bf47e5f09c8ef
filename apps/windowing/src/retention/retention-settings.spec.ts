import { readWindowingConfig } from '../app.config';
import { retentionSettingsOf } from './retention-settings';

const settings = (environment: Readonly<Record<string, string>>) =>
  retentionSettingsOf(readWindowingConfig({ ...environment }));

it('keeps landed records 30 days and sealed signals 400 by default, with no archive', () => {
  const day = 86_400_000;
  expect(settings({})).toEqual({ rawMs: 30 * day, sealedMs: 400 * day, intervalMs: 3_600_000, archive: undefined });
});

it('refuses to drop sealed signals while signals of their windows may still come', () => {
  expect(() => settings({ SEALED_RETENTION_DAYS: '399' })).toThrow('shorter than SIGNAL_HORIZON_SECONDS');
  expect(() => settings({ SEALED_RETENTION_DAYS: '30', SIGNAL_HORIZON_SECONDS: '2592000' })).not.toThrow();
});

it.each(['https://bucket.s3.eu-central-1.amazonaws.com/raw/', 'http://minio:9000/bucket', 'file:///archive'])(
  'takes %s as an archive, without its trailing slash',
  (url) => {
    expect(settings({ RAW_ARCHIVE_URL: url }).archive?.url).toBe(url.replace(/\/$/, ''));
  },
);

it.each([
  'https://key:secret@bucket.example/raw',
  'https://bucket.example/raw?X-Amz-Signature=secret',
  's3://b',
  'raw',
])('refuses %s as an archive, without repeating it', (url) => {
  expect(() => settings({ RAW_ARCHIVE_URL: url })).toThrow('RAW_ARCHIVE_URL: got [redacted]');
});
