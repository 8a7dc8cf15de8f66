import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import type { Lease } from "../../../contracts/protocol/worker-transitions.ts";
import type { Protocol, Rows, Write } from "./protocol.ts";
import { uncounted, type MessageOperations, type Operation } from "./surroundings.ts";

/** Where one process stands in its program, and what it holds in its hands. */
export interface Local {
  readonly at: string;
  /** The row that the next step reads or writes; 0 is the job's. */
  readonly slot?: number;
  /** Another row that the next step may be about instead. */
  readonly also?: number;
  /** The message in hand, and its run. */
  readonly message?: number;
  readonly run?: number;
  /** The name of a claim. */
  readonly nonce?: string;
  readonly lease?: Lease;
  /** The write that comes next, or was refused and is looked into. */
  readonly write?: number;
  readonly refused?: true;
  /** Where it goes on after that. */
  readonly onward?: Local;
  /** Where it goes on if it was the one who let the job be assembled: it joins, and calls nobody. */
  readonly joins?: Local;
  /** A row that was seen. */
  readonly seen?: number;
  readonly stored?: "perhaps" | "surely";
  /** Segments that were inserted, or verified, or told of. */
  readonly segments?: number;
  readonly does?: "whole" | "cut" | "join" | "part";
}

export const idle: Local = { at: "idle" };

/** One step of one process. What is absent stays as it is. */
export interface Step {
  readonly label: string;
  readonly local?: Local;
  /** The row that this step is about becomes this one. */
  readonly row?: number;
  readonly queue?: Operation;
  readonly facts?: Operation;
  readonly objects?: Operation;
  /** A write that is under way from now on: it may arrive at any time, or never. */
  readonly late?: number;
  readonly helps: boolean;
  readonly wrong?: string | undefined;
}

/**
 * What a process that stands somewhere may do next, given one row as it is now: the one of `local.slot`, and in turn
 * the one of `local.also`. `letter` makes the name of a claim nobody else's.
 */
export type Program = (local: Local, slot: number, rowNumber: number, letter: string) => Step[];

/** The ways in which a process deviates from the product's, for mutations. */
export interface Habits {
  readonly noSweeper?: true;
  readonly noSweepOfSegments?: true;
  readonly sharedResultKey?: true;
  readonly deadLettersAlwaysFail?: true;
  /** Segment rows are named by their index alone. */
  readonly plansShareRows?: true;
  /** A job has ended its segments when a counter says so. */
  readonly endedAreCounted?: true;
}

/** The cuttings of the job that are followed: each is known by the fence under which it was made. */
export interface Plans {
  readonly segments: number;
  /** Rows of segments, over all cuttings. */
  readonly slots: number;
  readonly slotOf: (planFence: number, index: number) => number | undefined;
  readonly refOf: (slot: number) => { readonly planFence: number; readonly index: number };
}

export interface Setting {
  readonly protocol: Protocol;
  readonly habits: Habits;
  readonly rows: Rows;
  readonly plans: Plans;
  readonly partialAllowed: boolean;
  /** Kinds of messages: one per run of the job, one per segment. */
  readonly messageOf: (run: number, slot: number) => number;
  readonly messages: (kind: number) => MessageOperations;
  /** Of one message at one time; or `uncounted`, or `anyTime`. */
  readonly copiesMax: number;
  readonly runsMax: number;
  /** What people ask for. */
  readonly people: { readonly cancel: boolean; readonly retry: boolean; readonly delete: boolean };
  /** How attempts may end but by their work. */
  readonly ends: {
    readonly release: boolean;
    readonly fail: boolean;
    readonly retryLater: boolean;
    readonly otherEngine: boolean;
  };
  readonly deadLetters: boolean;
  /** Whether a request may outlive the patience of its sender. */
  readonly lateWrites: boolean;
}

/** The answer to a conditional write: what its author does next. */
export type Answered = (moved: boolean, row: AnyRow | undefined) => Partial<Step>;

/** Of an author who reads nothing in a refusal: a row that is read after it changes nothing. */
export const unlessRefused = (answered: Answered, refused: Local): Answered & { refused: Local } =>
  Object.assign(answered.bind(undefined), { refused });

/** Of an author who goes on, whatever the answer. */
export const whatever = (local: Local) => unlessRefused(() => ({ local }), local);

/**
 * The write that stands in `local.write`: applied or refused, its answer heard or lost. Whoever loses an answer asks
 * again or gives up; whoever is refused reads the row, as the job store does.
 */
export function writing(
  local: Local,
  rowNumber: number,
  answered: Answered & { refused?: Local },
  { rows, lateWrites }: Setting,
  gaveUp: Local = idle,
): Step[] {
  const number = local.write!;
  const { name } = rows.write(number).transition;
  const outcome = rows.outcome(number, rowNumber);

  if (local.refused) {
    const worked = outcome.hadWorked ? "and finds that it had worked" : "and finds another's";
    const answer = answered(outcome.hadWorked, rows.row(rowNumber));
    return [
      { label: `reads the row after ${name} was refused, ${worked}`, helps: true, ...answer },
    ];
  }

  const steps: Step[] = lateWrites
    ? [
        { label: `${name} is slow, and is sent again`, late: number, helps: false },
        { label: `${name} is slow, and is given up`, late: number, local: gaveUp, helps: false },
      ]
    : [];
  if (!outcome.holds) {
    const refused: Local = answered.refused ?? { ...local, refused: true };
    steps.push({ label: `${name} is refused`, local: refused, helps: true });
    return steps;
  }
  const { row, wrong } = outcome;
  const lost = { row, wrong, helps: false };
  steps.push(
    { label: name, row, wrong, helps: true, ...answered(true, rows.row(row)) },
    { label: `${name}, but the answer is lost, and it is sent again`, ...lost },
    { label: `${name}, but the answer is lost, and it is given up`, ...lost, local: gaveUp },
  );
  return steps;
}

/** Number of a write that its author builds from the row that he sees, or from his lease. */
export const built = (
  { rows, plans, habits }: Setting,
  transition: Write["transition"],
  seen: Pick<AnyRow, "run" | "fence" | "planFence" | "index">,
  lease?: Lease,
): number => {
  const { run, fence, planFence, index } = seen;
  const slot = index === undefined ? 0 : slotOf({ plans, habits }, planFence!, index)!;
  return rows.numberOfWrite({ transition, slot, seen: { run, fence }, ...(lease && { lease }) });
};

/** Where the row of a segment is; undefined where no such cutting is followed. */
export const slotOf = (
  { plans, habits }: Pick<Setting, "plans" | "habits">,
  planFence: number,
  index: number,
): number | undefined => (habits.plansShareRows ? index + 1 : plans.slotOf(planFence, index));

/** A process that is about to send this write. */
export const about = (
  { rows }: Setting,
  at: string,
  write: number,
  more: Partial<Local> = {},
): Local => {
  const { slot } = rows.write(write);
  return { at, write, ...(slot > 0 && { slot }), ...more };
};

/** A worker whose message has nothing left to say. */
export const acknowledging = (
  { copiesMax }: Pick<Setting, "copiesMax">,
  { message }: Pick<Local, "message">,
): Local => (copiesMax <= uncounted ? idle : { at: "over", message: message! });
