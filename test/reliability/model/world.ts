import type { JobRow } from "../../../contracts/job.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import { timePasses, wordsOf } from "./abstract-row.ts";
import { happenings } from "./adversary.ts";
import { plansOf, type Configuration } from "./configuration.ts";
import { Interner } from "./interner.ts";
import { brokenAmong } from "./invariants.ts";
import { lambdaProgram } from "./lambdas.ts";
import type { Edge, Machine, State } from "./machine.ts";
import { foreign, objectsOf } from "./objects.ts";
import {
  idle,
  slotOf,
  type Habits,
  type Local,
  type Program,
  type Setting,
  type Step,
} from "./program.ts";
import { followed, order } from "./order.ts";
import { noRow, realProtocol, Rows, type Protocol } from "./protocol.ts";
import { anyTime, facts, impossible, messagesOf } from "./surroundings.ts";
import { mayClaim, nonceOf, workerProgram } from "./worker.ts";

const nonceLetters = ["a", "b", "c", "d"];
const JOB = 0;

/** One job, its segments, workers and Lambdas, and an adversary, as a machine whose every step is one read or one write. */
export function jobWorld(
  configuration: Configuration,
  { protocol = realProtocol, habits = {} }: { protocol?: Protocol; habits?: Habits } = {},
): Machine {
  const { workers, lambdas, runsMax, copiesMax, segments } = configuration;
  const plans = plansOf(configuration);
  // The state's numbers: the rows, what is around them, then one for each worker and each Lambda.
  const ROWS = 1 + plans.slots;
  const QUEUE = ROWS;
  const FACTS = ROWS + 1;
  const OBJECTS = ROWS + 2;
  /** The number of a write that is under way, plus one. */
  const LATE = ROWS + 3;
  const FIRST = ROWS + 4;
  const width = FIRST + workers + lambdas;
  const groups = [
    [FIRST, FIRST + workers],
    [FIRST + workers, width],
  ] as const;

  const rows = new Rows();
  const locals = new Interner<Local>();
  const setting: Setting = {
    ...configuration,
    protocol,
    habits,
    rows,
    plans,
    messageOf: (run, slot) => (slot === JOB ? run - 1 : runsMax + slot - 1),
    messages: (kind) => messagesOf(kind, copiesMax),
  };
  const objects = objectsOf(habits);
  const idleNumber = locals.number(idle);

  interface Compiled extends Step {
    readonly localNumber: number;
    readonly slot: number;
    readonly cut: boolean;
  }
  const isCut = (number: number): boolean => {
    const { fence = 0, index } = rows.row(number) ?? {};
    const { fenceMax, segmentFenceMax } = configuration;
    return fence > (index === undefined ? fenceMax : segmentFenceMax);
  };
  const compiled = (steps: readonly Step[], slot = JOB): Compiled[] =>
    steps.map((step) => ({
      ...step,
      slot,
      localNumber: step.local ? locals.number(step.local) : -1,
      cut: step.local?.at === "beyond" || (step.row !== undefined && isCut(step.row)),
    }));

  // A process' steps depend on few things, so they are found once for each combination of these.
  function memoised(program: Program) {
    const known: Compiled[][][] = [];
    return (local: number, slot: number, row: number, letter: number): Compiled[] => {
      const ofLocal = (known[local] ??= []);
      const key = (row * ROWS + slot) * nonceLetters.length + letter;
      return (ofLocal[key] ??= compiled(
        program(locals.value(local), slot, row, nonceLetters[letter]!),
        slot,
      ));
    };
  }
  const workerSteps = memoised(workerProgram(setting));
  const lambdaSteps = memoised(lambdaProgram(setting));

  const timeSteps: Compiled[][] = [];
  const passing = (number: number, slot: number): Compiled[] =>
    (timeSteps[number * ROWS + slot] ??= compiled(
      timePasses(rows.row(number)!).map(({ label, row }) => ({
        label,
        row: rows.numberOf(row),
        helps: true,
      })),
      slot,
    ));

  interface Marks {
    /** The nonce that is in use there. */
    readonly nonce: string;
    /** Bits of the objects that may still matter there. */
    readonly objects: number;
    readonly needsNonce: boolean;
    readonly slot: number;
    readonly also: number;
  }
  function marked(describe: (number: number) => Partial<Marks>): (number: number) => Marks {
    const known: Marks[] = [];
    return (number) => (known[number] ??= { ...noMarks, ...describe(number) });
  }
  const marksOfLocal = marked((number) => {
    const local = locals.value(number);
    const { nonce = "", lease, slot = JOB, also = -1 } = local;
    const held = lease && lease.index === undefined ? objects.bits(lease) : 0;
    return { nonce, needsNonce: mayClaim(local), objects: held, slot, also };
  });
  const objectsOfRow = marked((number) => {
    const result = rows.row(number)?.result;
    return result ? { objects: objects.bits(result) } : {};
  });
  const marksOfLate = marked((number) => {
    if (number === 0) return {};
    const { lease, transition } = rows.write(number - 1);
    const nonce = lease?.nonce ?? transition.update.set?.nonce ?? "";
    const held = lease && lease.index === undefined ? objects.bits(lease) : 0;
    return { nonce, objects: held };
  });

  /** The letter of a nonce that is nobody's: with the fence in it, only those who claim at the same time need another. */
  function freeLetter(state: State, except: number, row: number): number {
    const fence = (rows.row(row)?.fence ?? 0) + 1;
    for (let letter = 0; ; letter++) {
      const nonce = nonceOf(nonceLetters[letter]!, fence);
      let used = marksOfLate(state[LATE]!).nonce === nonce || rows.row(row)?.nonce === nonce;
      for (let at = FIRST; at < FIRST + workers; at++) {
        used ||= at !== except && marksOfLocal(state[at]!).nonce === nonce;
      }
      if (!used) return letter;
    }
  }

  const next: State = new Uint32Array(width);

  /** Takes the step if it can be taken; `at` is the process that takes it, or -1. */
  function take(state: State, at: number, step: Compiled, visit: Visit): void {
    const queue = step.queue ? step.queue(state[QUEUE]!) : state[QUEUE]!;
    if (queue === impossible) return;
    const known = step.facts ? step.facts(state[FACTS]!) : state[FACTS]!;
    if (known === impossible) return;
    if (step.late !== undefined && state[LATE] !== 0) return;
    if (step.cut) return visit(undefined, step, at);

    const stored = step.objects ? step.objects(state[OBJECTS]!) : state[OBJECTS]!;
    for (let field = 0; field < width; field++) next[field] = state[field]!;
    next[QUEUE] = queue;
    next[FACTS] = known;
    next[OBJECTS] = stored;
    if (step.row !== undefined) next[step.slot] = step.row;
    if (step.late !== undefined) next[LATE] = step.late + 1;
    if (step.localNumber >= 0) next[at] = step.localNumber;
    visit(next, stored === foreign ? { ...step, wrong: foreignFolder } : step, at);
  }

  type Visit = (next: State | undefined, edge: Edge, at: number) => void;
  const around = compiled(happenings({ ...setting, upload: configuration.upload }));
  const vanishes = compiled([{ label: "a slow request never arrives", helps: false }])[0]!;
  const arrivals: Compiled[] = [];
  const arriving = (late: number, row: number): Compiled =>
    (arrivals[late * 2 ** 16 + row] ??= arrival(late, row));
  function arrival(late: number, row: number): Compiled {
    const outcome = rows.outcome(late - 1, row);
    const { transition, slot } = rows.write(late - 1);
    const label = `a slow ${transition.name} arrives`;
    return compiled([{ label, row: outcome.row, wrong: outcome.wrong, helps: false }], slot)[0]!;
  }

  function each(state: State, visit: Visit): void {
    for (let at = FIRST; at < width; at++) {
      const local = state[at]!;
      const { slot, also, needsNonce } = marksOfLocal(local);
      const isWorker = at < FIRST + workers;
      const stepsOf = isWorker ? workerSteps : lambdaSteps;
      const row = state[slot]!;
      const letter = isWorker && needsNonce ? freeLetter(state, at, row) : 0;
      for (const step of stepsOf(local, slot, row, letter)) take(state, at, step, visit);
      if (also < 0) continue;
      for (const step of stepsOf(local, also, state[also]!, 0)) take(state, at, step, visit);
    }
    for (const step of around) take(state, -1, step, visit);
    for (let slot = 0; slot < ROWS; slot++) {
      if (state[slot] === noRow) continue;
      for (const step of passing(state[slot]!, slot)) take(state, -1, step, visit);
    }
    const late = state[LATE]!;
    if (late === 0) return;
    state[LATE] = 0;
    take(state, -1, vanishes, visit);
    const step = arriving(late, state[rows.write(late - 1).slot]!);
    if (step.row !== undefined) take(state, -1, step, visit);
    state[LATE] = late;
  }

  /** Workers are alike, and so are Lambdas: their order is no difference. Forgets objects that nobody has to do with. */
  function canonise(state: State): State {
    for (const [from, to] of groups) order(state, from, to);
    let kept = objectsOfRow(state[JOB]!).objects | marksOfLate(state[LATE]!).objects;
    for (let at = FIRST; at < FIRST + workers; at++) kept |= marksOfLocal(state[at]!).objects;
    state[OBJECTS] = (state[OBJECTS]! & kept) >>> 0;
    return state;
  }

  const kindOf = (at: number): string =>
    at < 0 ? "" : at < FIRST + workers ? "a worker " : "a Lambda ";
  function nameOf(at: number): string {
    if (at < 0) return "";
    const worker = at < FIRST + workers;
    return worker ? `worker ${at - FIRST + 1} ` : `Lambda ${at - FIRST - workers + 1} `;
  }

  return {
    width,
    start: [
      rows.numberOf(configuration.start),
      ...Array.from({ length: FIRST - 1 }, () => 0),
      ...Array.from({ length: workers + lambdas }, () => idleNumber),
    ],
    expand: (state, visit) =>
      each(state, (raw, edge, at) =>
        edge.wrong === undefined
          ? visit(raw && canonise(raw), edge)
          : visit(raw, { ...edge, label: `${kindOf(at)}${edge.label}` }),
      ),
    wrong(state) {
      for (let slot = 0; slot < ROWS; slot++) {
        const broken = rows.brokenIn(state[slot]!);
        if (broken !== undefined) return broken;
      }
      const job = rows.row(state[JOB]!);
      if (!job) return undefined;
      if (job.phase) {
        const among = brokenAmong(
          job,
          Array.from({ length: segments }, (_, index) =>
            rows.row(state[slotOf(setting, job.planFence!, index)!]!),
          ),
        );
        if (among !== undefined) return among;
      }
      if (job.status !== "completed") return undefined;
      if (facts.cancelAcknowledgedOf(job.run).holds(state[FACTS]!)) {
        return "completed after a cancel was acknowledged";
      }
      const fits = job.deletedAt !== undefined || objects.fits(job as JobRow, state[OBJECTS]!);
      return fits ? undefined : "the published result is not there, or not its writer's";
    },
    isGoal(state) {
      if (copiesMax === anyTime) return true;
      const row = rows.row(state[JOB]!);
      return !row || (isTerminal(row.status) && !row.untold && row.deletedAt === undefined);
    },
    narrate(path) {
      // Processes were put in order after each step; so each is followed to where it went.
      let names = Array.from({ length: width }, (_, at) => at);
      return path.slice(1).map((after, index) => {
        const before = path[index]!;
        let sentence = "?";
        let following = names;
        each(before, (raw, edge, at) => {
          if (!raw || sentence !== "?") return;
          const unordered = raw.slice();
          if (canonise(raw).some((number, position) => number !== after[position])) return;
          const changed = unordered
            .subarray(0, ROWS)
            .findIndex((row, slot) => row !== before[slot]);
          const row = changed < 0 ? "" : ` → ${wordsOf(rows.row(unordered[changed]!))}`;
          sentence = `${nameOf(at < 0 ? at : names[at]!)}${edge.label}${row}`;
          following = followed(names, unordered, groups);
        });
        names = following;
        return sentence;
      });
    },
  };
}

const noMarks = { nonce: "", objects: 0, needsNonce: false, slot: JOB, also: -1 };
const foreignFolder = "somebody wrote into another lease's folder";
