export { createSimulation } from './create-simulation';
export type {
  SegmentCall,
  SimulatedEvent,
  SimulatedFate,
  Simulation,
  SimulationLedger,
  SimulationOptions,
  Story,
  StoryKind,
} from './simulation';
