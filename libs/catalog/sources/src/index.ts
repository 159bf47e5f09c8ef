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
export { CLOCK_CORRECTIONS } from './mapping/correct-clock';
export type { ClockCorrection } from './mapping/correct-clock';
export { instantOf } from './mapping/instant';
export { SOURCES } from './registry';
export { browserSettings, type BrowserSettings } from './segment/browser-settings';
export { segment } from './segment/segment.source';
export { defineSource, drop, quarantine, toSignal } from './source';
export type { MapContext, MapResult, SourceDefinition, SourceKind } from './source';
