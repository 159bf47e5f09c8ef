import { browserSettings } from './browser-settings';

describe('the settings of a browser SDK', () => {
  it.each([
    ['http://127.0.0.1:8080', 'http', '127.0.0.1:8080/v1'],
    ['https://signals.example.com', 'https', 'signals.example.com/v1'],
    ['https://signals.example.com/', 'https', 'signals.example.com/v1'],
    ['https://example.com/collect', 'https', 'example.com/collect/v1'],
    ['https://example.com:8443/a/b/', 'https', 'example.com:8443/a/b/v1'],
    ['http://[::1]:8080', 'http', '[::1]:8080/v1'],
  ])('of a collector at %s', (publicUrl, protocol, apiHost) => {
    const { integrations } = browserSettings('mwk_1', new URL(publicUrl));
    expect(integrations['Segment.io']).toMatchObject({ apiKey: 'mwk_1', apiHost, protocol });
  });

  it('send nothing to anybody else: no other integration, no plug-ins, no metrics', () => {
    const settings = browserSettings('mwk_1', new URL('https://signals.example.com'));
    expect(Object.keys(settings.integrations)).toEqual(['Segment.io']);
    expect(settings).toMatchObject({ metrics: { sampleRate: 0 }, remotePlugins: [], enabledMiddleware: {} });
    expect(JSON.stringify(settings)).not.toContain('segment.com');
  });
});
