import { randomOf } from "../simulation/random.ts";
import type { Trace } from "./trace.ts";

/** One step of the simulated clock, in seconds. */
export const stepSeconds = 5;
export const idleExitSeconds = 60;
/** A cut video's segments, of frames that a GPU has at 30 a second. */
const segmentSeconds = 1000;
/** A worker that looks at a video to cut it. */
const planSeconds = 5;
/** After a sudden death: lease and margin, and until the heartbeat is missed. */
const deathNoticedSeconds = 70;

export interface Piece {
  readonly since: number;
  readonly work: number;
  readonly seen: number;
  readonly cutInto: number;
}

export interface Worker {
  readonly ours: boolean;
  readonly pace: number;
  readonly startedAt: number;
  readonly readyAt: number;
  readonly leavesAt: number;
  piece?: Piece | undefined;
  left: number;
  idleSince: number;
}

/** How many tasks there were at some time: what ECS will say of it later. */
interface Counts {
  readonly at: number;
  readonly starting: number;
  readonly running: number;
}

/** Queue, instances and workers on one clock: what a scaler, whichever, acts upon. */
export class World {
  readonly trace: Trace;
  time = 0;
  waiting: Piece[] = [];
  workers: Worker[] = [];
  /** Of those that died without a word: their heartbeat looks alive until then. */
  ghosts: { readonly until: number; readonly ours: boolean }[] = [];
  returning: { readonly at: number; readonly piece: Piece }[] = [];
  counts: Counts[] = [];
  starts = 0;
  failedStarts = 0;
  lastStartAt = -Infinity;
  /** Seconds of GPUs that are paid: from the instance's start to its end. */
  paid = 0;
  stoppedBusy = 0;
  killed = 0;
  lastWorkAt = 0;
  longestWait = 0;
  #arrived = 0;
  #kills = 0;
  #othersCame = 0;
  readonly #random;
  readonly #othersByTime;

  constructor(trace: Trace) {
    this.trace = trace;
    this.#random = randomOf(trace.seed ^ 0x5ca1e);
    this.#othersByTime = trace.others.toSorted((a, b) => a.from - b.from);
  }

  get ours(): Worker[] {
    return this.workers.filter(({ ours }) => ours);
  }

  /** Nothing waits and nobody works. */
  get isEmpty(): boolean {
    const { waiting, returning, workers } = this;
    return waiting.length === 0 && returning.length === 0 && workers.every(({ piece }) => !piece);
  }

  get isDone(): boolean {
    return this.#arrived === this.trace.arrivals.length && this.isEmpty;
  }

  get hasCapacity(): boolean {
    return !this.trace.shortages.some(({ from, to }) => from <= this.time && this.time < to);
  }

  /** Tasks as ECS counted them a while ago. */
  seen(): Counts {
    const at = this.time - this.trace.countsLagSeconds;
    return this.counts.findLast((count) => count.at <= at) ?? { at, starting: 0, running: 0 };
  }

  start(tasks: number): number {
    if (tasks > 0 && !this.hasCapacity) {
      this.failedStarts++;
      return 0;
    }
    for (let task = 0; task < tasks; task++) {
      // By its number alone, so that every scaler has the same boots.
      const late = randomOf(this.trace.seed * 31 + this.starts).between(1, 1.15);
      const readyAt = this.time + this.trace.bootSeconds * late;
      this.workers.push(this.#worker({ ours: true, pace: 1, readyAt, leavesAt: Infinity }));
      this.starts++;
      this.lastStartAt = this.time;
    }
    return tasks;
  }

  /** What no scaler of ours can do; a planted one does. The newest goes, whatever it does, as a service's task would. */
  stop(tasks: number): void {
    for (const worker of this.ours.slice(-tasks)) {
      if (worker.piece) this.stoppedBusy++;
      this.#remove(worker, this.time);
    }
  }

  step(): void {
    this.time += stepSeconds;
    this.#arrive();
    this.#othersCome();
    this.#kill();
    for (const worker of this.workers) this.#work(worker);
    this.workers = this.workers.filter((worker) => !this.#leaves(worker));
    const ours = this.ours;
    this.paid += ours.length * stepSeconds;
    const running = ours.filter(({ readyAt }) => readyAt <= this.time).length;
    const last = this.counts.at(-1);
    const starting = ours.length - running;
    if (last?.starting !== starting || last.running !== running) {
      this.counts.push({ at: this.time, starting, running });
    }
    if (!this.isDone) this.lastWorkAt = this.time;
  }

  #arrive(): void {
    const { arrivals } = this.trace;
    for (let next = arrivals[this.#arrived]; next && next.at <= this.time;) {
      const { videoSeconds: work, estimatedSeconds, divisible } = next;
      const segments = divisible ? Math.ceil(work / segmentSeconds) : 1;
      this.waiting.push({
        since: next.at,
        work,
        seen: estimatedSeconds,
        cutInto: segments,
      });
      next = arrivals[++this.#arrived];
    }
    for (const { at, piece } of this.returning) if (at <= this.time) this.waiting.push(piece);
    this.returning = this.returning.filter(({ at }) => at > this.time);
    this.ghosts = this.ghosts.filter(({ until }) => until > this.time);
  }

  #othersCome(): void {
    for (let next = this.#othersByTime[this.#othersCame]; next && next.from <= this.time;) {
      const { pace, to } = next;
      this.workers.push(this.#worker({ ours: false, pace, readyAt: this.time, leavesAt: to }));
      next = this.#othersByTime[++this.#othersCame];
    }
  }

  #kill(): void {
    const { kills } = this.trace;
    while ((kills[this.#kills] ?? Infinity) <= this.time) {
      this.#kills++;
      const ours = this.ours;
      if (ours.length === 0) continue;
      this.killed++;
      // Half of them hear of it in time and hand back what they hold.
      const isSudden = this.#random.chance(0.5);
      this.#remove(this.#random.pick(ours), this.time + (isSudden ? deathNoticedSeconds : 0));
    }
  }

  #remove(worker: Worker, noticedAt: number): void {
    this.workers = this.workers.filter((other) => other !== worker);
    if (noticedAt > this.time && worker.readyAt <= this.time) {
      this.ghosts.push({ until: noticedAt, ours: worker.ours });
    }
    if (worker.piece) this.returning.push({ at: noticedAt, piece: worker.piece });
  }

  #work(worker: Worker): void {
    if (worker.readyAt > this.time) return;
    let seconds = stepSeconds;
    while (seconds > 0) {
      if (!worker.piece) {
        if (worker.leavesAt <= this.time) return;
        this.#take(worker);
        if (!worker.piece) return;
      }
      const done = Math.min(seconds, worker.left);
      worker.left -= done;
      seconds -= done;
      if (worker.left > 0) return;
      this.#finish(worker.piece);
      worker.piece = undefined;
      worker.idleSince = this.time;
    }
  }

  #take(worker: Worker): void {
    const piece = this.waiting.shift();
    if (!piece) return;
    worker.piece = piece;
    this.longestWait = Math.max(this.longestWait, this.time - piece.since);
    worker.left = piece.cutInto > 1 ? planSeconds : piece.work / this.trace.speed / worker.pace + 2;
  }

  #finish({ cutInto, work }: Piece): void {
    if (cutInto < 2) return;
    for (let segment = 0; segment < cutInto; segment++) {
      const each = work / cutInto;
      this.waiting.push({ since: this.time, work: each, seen: each, cutInto: 1 });
    }
  }

  #leaves(worker: Worker): boolean {
    if (worker.readyAt > this.time || worker.piece) return false;
    return (
      worker.leavesAt <= this.time ||
      (worker.ours && this.time - Math.max(worker.idleSince, worker.readyAt) >= idleExitSeconds)
    );
  }

  #worker(facts: Pick<Worker, "ours" | "pace" | "readyAt" | "leavesAt">): Worker {
    return { ...facts, startedAt: this.time, left: 0, idleSince: this.time };
  }
}
