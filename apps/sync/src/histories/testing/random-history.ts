import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { HttpClient } from '@millrace/platform-http';
import { seededRandom, type SeededRandom } from '@millrace/platform-testing';

import { DAY, FIRST_NIGHT, History, Killed, MINUTE } from './history';
import type { HistoryWorld, Person } from './history-world';
import { differences } from './oracle';
import { mirror } from './replica-in-memory';
import { AUDIENCE } from './scoring-in-memory';

const NIGHTS = 4;
const MODELS = ['lead_score', 'rfm', 'health'] as const;
const STAGES = ['none', 'engaged', 'qualified'];

/** How often what a system does by chance happens; all 0: it is a quiet time. */
interface Chances {
  readonly kill: number;
  readonly meanwhile: number;
  readonly misbehave: number;
}
const WILD: Chances = { kill: 0.02, meanwhile: 0.25, misbehave: 0.15 };
const QUIET: Chances = { kill: 0, meanwhile: 0, misbehave: 0 };

interface Happening {
  readonly at: number;
  readonly what: string;
  readonly run: () => Promise<void>;
}

/** Some nights of a destination, drawn from a seed. */
export class RandomHistory {
  readonly history: History;
  readonly #random: SeededRandom;
  readonly #open = new Map<string, Set<number>>();
  /** Whose contact was merged into another person's. */
  readonly #mergedAway = new Set<Person>();
  /** By contact, the e-mails that it had. */
  readonly #former = new Map<string, string[]>();
  /** Whose contact was deleted, and when. */
  readonly #deletedAt = new Map<Person, number>();
  /** When everything was delivered last, by a plan that was made since the time of rest before. */
  #restedAt = 0;
  #chances = WILD;
  #isMeanwhile = false;
  #emails = 0;

  constructor(seed: number, clickhouse: ClickHouse, client: HttpClient) {
    const random = seededRandom(seed);
    this.#random = random;
    this.history = new History({
      name: `crm-${seed}`,
      clickhouse,
      client,
      object: randomMapping(random, false),
      settings: {
        bulk_from: random.pick([4, 1_000_000]),
        most_records: random.integer(1, 4),
        can_abort: random.chance(0.5),
      },
      pollsOfJob: random.integer(2, 4),
      chunkRecords: random.pick([2, 4, 1_000]),
    });
    this.history.onStep = (replica, step) => this.#onStep(replica, step);
    this.#world.misbehave = (records) => {
      if (!random.chance(this.#chances.misbehave)) return 'none';
      const reject = { reject: records[0]?.match_key ?? '' };
      return random.pick(['cut after', 'cut after', 'cut before', 'fail', reject] as const);
    };
  }

  /** What is wrong at its end, or at a time of rest before. */
  async run(): Promise<string[]> {
    await this.history.start();
    this.#populate();
    try {
      for (let night = 0; night < NIGHTS; night++) {
        await this.#night(night);
        const wrong = await this.#rest(night === NIGHTS - 1);
        if (wrong.length > 0) return [`on day ${night}`, ...wrong];
      }
      await this.#lastNight(NIGHTS);
      const wrong = differences(this.#world, this.history.scoring, new Set());
      return [...wrong, ...this.#world.violations];
    } finally {
      await this.history.close();
    }
  }

  get #world(): HistoryWorld {
    return this.history.world;
  }

  #populate(): void {
    const count = this.#random.integer(5, 9);
    for (let n = 0; n < count; n++) {
      const person: Person = {
        id: `p${n}`,
        email: this.#newEmail(`p${n}`),
        isThere: true,
        isFlagged: false,
        contactIds: [],
        values: new Map(),
      };
      this.#world.people.push(person);
      for (const model of MODELS) if (this.#random.chance(0.9)) this.#changeValues(person, model);
      if (this.#random.chance(0.5)) this.#makeContact(person);
    }
  }

  #newEmail(name: string): string {
    this.#emails += 1;
    return `${name}.${this.#emails}@example.com`;
  }

  #changeValues(person: Person, model: string): void {
    const { integer, pick, chance } = this.#random;
    const before = person.values.get(model)?.score ?? 50;
    const moved = Math.max(1, Math.min(100, before + integer(-8, 8)));
    const score = chance(0.1) ? null : chance(0.1) ? 0 : moved;
    person.values.set(model, { score, grade: pick(['A', 'B', 'C']), stage: pick(STAGES) });
  }

  #makeContact(person: Person): void {
    const contact = this.#world.crm.make(person.email);
    person.contactIds.push(contact.id);
    this.#world.tell(contact);
  }

  /** What people do in the product, and flags. */
  #live(): void {
    const random = this.#random;
    const person = random.pick(this.#world.people);
    const model = random.pick(MODELS);
    const what = random.pick([
      'values',
      'values',
      'values',
      'values',
      'flag',
      'leave',
      'come back',
      'unscored',
      'e-mail',
    ]);
    this.history.note(`${person.id}: ${what} ${model}`);
    if (what === 'values') this.#changeValues(person, model);
    if (what === 'flag') person.isFlagged = !person.isFlagged && random.chance(0.5);
    if (what === 'leave') person.isThere = false;
    if (what === 'come back') person.isThere = !this.#mergedAway.has(person);
    if (what === 'unscored') person.values.delete(model);
    if (what === 'e-mail') person.email = this.#newEmail(person.id);
  }

  /** What is done by hand in the CRM, while nothing is on its way there. */
  #changeCrm(): void {
    const random = this.#random;
    const owned = this.#world.people.filter((person) => this.#liveContacts(person).length > 0);
    const what = random.pick(['rename', 'rename', 'rename back', 'delete', 'merge', 'make again']);
    if (what === 'make again') {
      // Deleted and made again between two plans, an e-mail does not tell the two contacts apart.
      const without = this.#world.people.filter((one) => (this.#deletedAt.get(one) ?? Infinity) < this.#restedAt);
      if (without.length === 0) return;
      const person = random.pick(without);
      this.history.note(`${person.id} is made again in the CRM`);
      this.#makeContact(person);
      this.#deletedAt.delete(person);
      return;
    }
    if (owned.length < 2) return;
    const [person, other] = random.shuffle(owned) as [Person, Person];
    const [contact] = this.#liveContacts(person);
    const told = this.history.scoring.currentPeople()?.rows.get(person.id)?.instanceIds ?? [];
    if (contact === undefined || !told.some((id) => id.endsWith(`/${contact.id}`))) return;
    this.history.note(`${person.id} in the CRM: ${what}`);
    if (what === 'rename') contact.email = this.#newEmail(`${person.id}.crm`);
    if (what === 'rename back') contact.email = this.#formerEmail(contact.id, contact.email);
    if (what === 'delete') {
      contact.isGone = true;
      this.#deletedAt.set(person, this.history.shared.now);
    }
    if (what === 'merge') {
      contact.isGone = true;
      person.isThere = false;
      this.#mergedAway.add(person);
      other.contactIds.push(...person.contactIds);
      other.contactIds.sort();
    }
    this.#former.set(contact.id, [...(this.#former.get(contact.id) ?? []), contact.email]);
    this.#world.tell(contact, what === 'merge');
  }

  #formerEmail(id: string, now: string): string {
    const former = (this.#former.get(id) ?? []).filter(
      (email) => email !== now && this.#world.crm.find(email) === undefined,
    );
    return former.length === 0 ? now : this.#random.pick(former);
  }

  #liveContacts(person: Person) {
    return this.#world.contactsOf(person).filter(({ isGone }) => !isGone);
  }

  async #night(night: number): Promise<void> {
    const { history } = this;
    const random = this.#random;
    history.shared.now = Math.max(history.shared.now, FIRST_NIGHT + night * DAY);
    for (let n = random.integer(2, 6); n > 0; n--) this.#live();
    await this.#world.settle();
    if (random.chance(0.8)) {
      await this.#while(QUIET, () => history.drain());
      for (let n = random.integer(1, 3); n > 0; n--) this.#changeCrm();
      await this.#world.settle();
    }
    if (random.chance(0.2)) {
      this.#world.mapping = history.mappingOf(randomMapping(random, true, this.#world.mapping));
      history.note(`the mapping is now ${JSON.stringify(this.#world.mapping)}`);
      history.restart();
    }
    const happenings = this.#happeningsOf(night);
    for (const { at, what, run } of happenings.sort((a, b) => a.at - b.at)) {
      history.shared.now = Math.max(history.shared.now, at);
      history.note(what);
      await run();
      for (let n = random.integer(1, 4); n > 0; n--) await this.#work();
    }
  }

  #happeningsOf(night: number): Happening[] {
    const random = this.#random;
    const tick = FIRST_NIGHT + night * DAY;
    const jobs = [AUDIENCE, 'lead_score', ...(night % 2 === 0 ? ['rfm'] : []), ...(night >= 2 ? ['health'] : [])];
    const happenings: Happening[] = [];
    for (const job of jobs) {
      this.history.scoring.due(job, tick);
      this.#openOf(job).add(tick);
      // Not settled that night: the next has it to settle first.
      if (random.chance(0.1)) continue;
      const late = random.chance(0.2) ? 4 * 60 : 0;
      for (const due of [...this.#openOf(job)]) {
        const isFailed = random.chance(0.1);
        const run = async (): Promise<void> => {
          this.#openOf(job).delete(due);
          if (isFailed) this.history.scoring.done(job, due, random.pick(['failed', 'skipped'] as const));
          else await this.#publish(job, due);
        };
        const at = tick + (late + random.integer(1, 60)) * MINUTE + (due === tick ? 1 : 0);
        happenings.push({ at, what: `${job} of ${new Date(due).toISOString()} ${isFailed ? 'fails' : 'runs'}`, run });
      }
    }
    const again = random.pick(MODELS);
    if (random.chance(0.4)) {
      const run = (): Promise<void> => this.#publish(again, tick, !random.chance(0.1));
      happenings.push({ at: tick + random.integer(90, 300) * MINUTE, what: `${again} runs again`, run });
    }
    if (random.chance(0.3)) {
      const run = (): Promise<void> => this.#publish(again, tick - 30 * DAY);
      happenings.push({ at: tick + random.integer(30, 300) * MINUTE, what: `${again} is filled back`, run });
    }
    return happenings;
  }

  #openOf(job: string): Set<number> {
    const open = this.#open.get(job) ?? new Set();
    this.#open.set(job, open);
    return open;
  }

  async #publish(job: string, asOf: number, deliver = true): Promise<void> {
    const { scoring } = this.history;
    await this.#world.settle();
    if (job === AUDIENCE) return scoring.publishPeople(asOf, this.#world.present(), deliver);
    if (this.#random.chance(0.5)) this.#live();
    return scoring.publish(job, asOf, this.#world.valuesOf(job), deliver);
  }

  /** One thing that one of the replicas, or the mirror, does next. */
  async #work(): Promise<void> {
    const { history } = this;
    const random = this.#random;
    const index = random.integer(0, 1);
    history.shared.now += random.integer(1, 5) * MINUTE;
    const what = random.pick(['plan', 'plan', 'deliver', 'deliver', 'read on', 'mirror']);
    if (what === 'read on') history.catchUp(index, random.integer(1, 4));
    if (what === 'mirror') await mirror(history.shared);
    if (what === 'plan') {
      history.catchUp(index, random.chance(0.7) ? Infinity : random.integer(0, 2));
      await history.plan(index);
    }
    if (what === 'deliver') await history.deliver(random.chance(0.8) ? undefined : index);
  }

  async #onStep(replica: number, step: string): Promise<void> {
    const random = this.#random;
    if (random.chance(this.#chances.kill)) throw new Killed(step);
    const isDeciding = step === 'before a decision' && this.#chances.meanwhile > 0;
    if (this.#isMeanwhile || !random.chance(isDeciding ? 0.5 : this.#chances.meanwhile)) return;
    this.#isMeanwhile = true;
    this.history.note(`replica ${replica} is ${step}, meanwhile`);
    try {
      if (random.chance(step === 'before a decision' ? 0.8 : 0.3)) await this.#overtake(1 - replica);
      for (let n = random.integer(1, 3); n > 0; n--) await this.#work();
    } finally {
      this.#isMeanwhile = false;
    }
  }

  /** A run is made again, and the other replica plans it first. */
  async #overtake(other: number): Promise<void> {
    const random = this.#random;
    const again = random.pick(MODELS);
    const current = this.history.scoring.current(again);
    if (current === undefined) return;
    for (const person of this.#world.people) if (random.chance(0.3)) this.#changeValues(person, again);
    await this.#publish(again, current.asOf);
    this.history.note(`${again} is made again`);
    this.history.catchUp(other);
    await this.history.plan(other);
  }

  /** Everything is delivered, without faults; what is wrong then. */
  async #rest(isSure: boolean): Promise<string[]> {
    const random = this.#random;
    if (!isSure && random.chance(0.2)) return [];
    const { history } = this;
    const night = Math.floor((history.shared.now - FIRST_NIGHT) / DAY);
    history.shared.now = Math.max(history.shared.now, FIRST_NIGHT + night * DAY + random.pick([4, 8]) * 60 * MINUTE);
    await this.#while(QUIET, () => history.drain());
    history.note('rest');
    this.#restedAt = history.replicas[0].currentPlans.of(history.replicas[0].configuredName, 'lead')?.planned_at ?? 0;
    const isHeldBack = [AUDIENCE, ...this.#world.models()].some((model) => {
      const run = model === AUDIENCE ? history.scoring.currentPeople() : history.scoring.current(model);
      return run?.deliver === false;
    });
    if (isHeldBack || history.scoring.currentPeople() === undefined) return [];
    const wrong = differences(this.#world, history.scoring, history.excused());
    return [...wrong, ...this.#world.violations];
  }

  async #lastNight(night: number): Promise<void> {
    const { history } = this;
    const tick = FIRST_NIGHT + night * DAY;
    history.shared.now = Math.max(history.shared.now, tick);
    await this.#while(QUIET, async () => {
      for (const job of [AUDIENCE, ...MODELS]) {
        for (const due of [...this.#openOf(job)]) {
          history.scoring.done(job, due, 'skipped');
          this.#openOf(job).delete(due);
        }
        await this.#publish(job, tick);
      }
      history.shared.now += 4 * 60 * MINUTE;
      await history.drain();
    });
    history.note('the end');
  }

  async #while(chances: Chances, work: () => Promise<void>): Promise<void> {
    this.#chances = chances;
    try {
      await work();
    } finally {
      this.#chances = WILD;
    }
  }
}

function randomMapping({ pick, chance }: SeededRandom, hasHealth: boolean, before?: object): object {
  const isDelta = chance(0.3);
  const fields = {
    score: { from: 'lead_score.score', trigger: isDelta ? { delta: 5 } : 'change' },
    stage: { from: 'lead_score.stage', trigger: 'change' },
    segment: { from: 'rfm.grade', trigger: 'change' },
    worth: { from: 'rfm.score', trigger: pick(['change', 'never']) },
    ...(hasHealth || chance(0.3) ? { health: { from: 'health.grade', trigger: 'change' } } : {}),
  };
  const { mode } = (before ?? {}) as { mode?: string };
  return {
    mode: mode ?? pick(['update', 'upsert', 'upsert', 'create']),
    leavers: pick(['keep', 'clear', 'clear', { set: { score: 0, stage: 'none' } }]),
    nulls: pick(['clear', 'clear', 'keep']),
    fields,
  };
}
