export { checkSettings, inspect, settingsError, type SettingsErrorOptions } from './check-settings';
export { readSettings } from './read-settings';
export { parseSettingsText, type SettingsText } from './settings-text';
export type { Problem } from './issues-in-words';
export { isSecretAt } from './schema-in-words';
