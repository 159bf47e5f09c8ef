import type { SealStep } from '@millrace/contract-window';

import { ChainState } from '../sealing/decide/chain-state';
import type { ChainHead } from '../sealing/propose/facts';
import type { World } from './world';

/** A replica's own reading of the decision log. */
export class FollowedChain {
  private state = new ChainState();
  private read = 0;

  constructor(private readonly world: World) {}

  refresh(): void {
    const { decisions } = this.world.broker;
    if (!this.world.has('firstRecordWins')) {
      this.state = new ChainState();
      const last = new Map(decisions.map((step) => [step.step, step]));
      for (const step of [...last.values()].sort((a, b) => a.step - b.step)) this.state.apply(step, 0);
      return;
    }
    for (; this.read < decisions.length; this.read++) this.state.apply(decisions[this.read] as SealStep, this.read);
  }

  head(): ChainHead {
    return this.state.head();
  }

  stepsAbove(step: number): SealStep[] {
    return this.state.above(step).map((link) => link.step);
  }

  winnerOf(step: number): string | undefined {
    return this.state.linkOf(step)?.step.attempt_id;
  }
}
