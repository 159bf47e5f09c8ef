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
