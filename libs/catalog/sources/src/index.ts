export { createSimulation } from './simulate/create-simulation';
export type {
  SegmentCall,
  SimulatedEvent,
  SimulatedFate,
  Simulation,
  SimulationLedger,
  SimulationOptions,
  Story,
  StoryKind,
} from './simulate/simulation';
export { ExactNumber } from './json/exact-number';
export { readJson } from './json/read-json';
export { CLOCK_CORRECTIONS } from './mapping/correct-clock';
export type { ClockCorrection } from './mapping/correct-clock';
export { instantOf } from './mapping/instant';
export { isSecret, jsonTextWithoutSecrets } from './mapping/secrets';
export { isObject, textOf, type JsonObject } from './mapping/values';
export { SOURCES } from './registry';
export { browserSettings, type BrowserSettings } from './segment/browser-settings';
export { SDK_BOOKKEEPING, segment } from './segment/segment.source';
export { defineSource, drop, quarantine, toSignal } from './source';
export type { MapContext, MapResult, SourceDefinition, SourceKind } from './source';
