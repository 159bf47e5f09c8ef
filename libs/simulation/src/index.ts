export { createSimulation } from './create-simulation';
export { createPast, type Past, type PastOptions } from './past';
export type { CustomerStory } from './past-customers';
export type { JourneyStory } from './past-journeys';
export type { MoveStory } from './past-lead';
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
