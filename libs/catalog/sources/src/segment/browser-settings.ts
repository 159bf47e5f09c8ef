/** What Segment's browser and mobile SDKs ask for before they send: `GET <cdn>/v1/projects/<write key>/settings`. */
export interface BrowserSettings {
  readonly integrations: {
    readonly 'Segment.io': {
      readonly apiKey: string;
      /** Host, port and path without a scheme: the SDK puts `<protocol>://` before it and `/t`, `/p`, `/b` behind it. */
      readonly apiHost: string;
      readonly protocol: 'http' | 'https';
      readonly versionSettings: { readonly componentTypes: readonly ['browser'] };
    };
  };
  readonly plan: { readonly track: { readonly __default: { readonly enabled: true; readonly integrations: object } } };
  readonly metrics: { readonly sampleRate: 0 };
  readonly middlewareSettings: { readonly routingRules: readonly [] };
  readonly enabledMiddleware: object;
  readonly remotePlugins: readonly [];
  readonly legacyVideoPluginsEnabled: false;
  readonly edgeFunction: object;
}

/**
 * The settings of one write key: everything goes to the collector that answers, at `publicUrl`. No other integration runs
 * in the page, every track call is wanted, and the SDK's own metrics are off: left out, they would go to Segment.
 */
export function browserSettings(writeKey: string, publicUrl: URL): BrowserSettings {
  const path = publicUrl.pathname.replace(/\/+$/, '');
  return {
    integrations: {
      'Segment.io': {
        apiKey: writeKey,
        apiHost: `${publicUrl.host}${path}/v1`,
        protocol: publicUrl.protocol === 'https:' ? 'https' : 'http',
        versionSettings: { componentTypes: ['browser'] },
      },
    },
    plan: { track: { __default: { enabled: true, integrations: {} } } },
    metrics: { sampleRate: 0 },
    middlewareSettings: { routingRules: [] },
    enabledMiddleware: {},
    remotePlugins: [],
    legacyVideoPluginsEnabled: false,
    edgeFunction: {},
  };
}
