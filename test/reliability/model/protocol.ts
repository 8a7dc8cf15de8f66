import { applied, holds } from "../../../contracts/protocol/interpret.ts";
import * as owner from "../../../contracts/protocol/owner-transitions.ts";
import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import * as segments from "../../../contracts/protocol/segment-transitions.ts";
import * as sweeper from "../../../contracts/protocol/sweeper-transitions.ts";
import type { Transition } from "../../../contracts/protocol/transition.ts";
import * as worker from "../../../contracts/protocol/worker-transitions.ts";
import { abstractRow } from "./abstract-row.ts";
import { canonical, Interner } from "./interner.ts";
import { brokenBy, brokenIn } from "./invariants.ts";

/** The transitions that the product executes, by name. */
export const realProtocol = { ...owner, ...worker, ...sweeper, ...segments };
export type Protocol = typeof realProtocol;

/** A conditional write as it travels: it may have been built from a row that is no more. */
export interface Write {
  readonly transition: Transition;
  /** Which of the rows it is about; 0 is the job's. */
  readonly slot: number;
  /** The row that its author had seen. */
  readonly seen: Pick<AnyRow, "run" | "fence">;
  readonly lease?: worker.Lease;
}

/** What becomes of a write on one row. */
export interface Outcome {
  readonly holds: boolean;
  /** The number of the row after it; the same where the condition did not hold. */
  readonly row: number;
  /** What its author concludes from this row when it reads it after a failed condition. */
  readonly hadWorked: boolean;
  readonly wrong: string | undefined;
}

/** The number of the row that is not there. */
export const noRow = 0;

/** All rows and writes of one exploration, by number, and the real interpreter's verdict on each pair of them. */
export class Rows {
  readonly #rows = new Interner<AnyRow | undefined>();
  readonly #writes = new Interner<Write>();
  readonly #outcomes: Outcome[][] = [];
  readonly #broken: (string | undefined)[] = [];

  constructor() {
    this.#rows.number(undefined, "");
  }

  row(number: number): AnyRow | undefined {
    return this.#rows.value(number);
  }

  numberOf(row: AnyRow | undefined): number {
    if (!row) return noRow;
    const number = this.#rows.number(abstractRow(row));
    this.#broken[number] ??= brokenIn(row);
    return number;
  }

  /** What is broken in the row itself. */
  brokenIn(number: number): string | undefined {
    return this.#broken[number];
  }

  write(number: number): Write {
    return this.#writes.value(number);
  }

  numberOfWrite(write: Write): number {
    const { name, condition, update } = write.transition;
    const { slot, lease, seen } = write;
    const { append: _history, ...changes } = update;
    return this.#writes.number(
      write,
      canonical([name, slot, condition, changes, seen.run, seen.fence, lease?.nonce]),
    );
  }

  /** What the write does to the row: the interpreter runs once for each pair. */
  outcome(writeNumber: number, rowNumber: number): Outcome {
    const outcomes = (this.#outcomes[writeNumber] ??= []);
    return (outcomes[rowNumber] ??= this.#interpret(writeNumber, rowNumber));
  }

  #interpret(writeNumber: number, rowNumber: number): Outcome {
    const write = this.write(writeNumber);
    const { condition, update, hadWorked } = write.transition;
    const row = this.row(rowNumber);
    const worked = row !== undefined && hadWorked(row);
    if (!row || !holds(condition, row)) {
      return { holds: false, row: rowNumber, hadWorked: worked, wrong: undefined };
    }
    const next = applied(update, row);
    const wrong = brokenBy(write, row, next);
    return { holds: true, row: this.numberOf(next), hadWorked: worked, wrong };
  }
}
