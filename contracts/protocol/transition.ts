import type { HistoryEntry, JobRow } from "../job.ts";

/** Attributes that a condition may look at: scalars only, which every store compares alike. */
type ScalarField = {
  [K in keyof JobRow]-?: NonNullable<JobRow[K]> extends string | number ? K : never;
}[keyof JobRow];
type CounterField = "attempts" | "interruptions" | "dispatches" | "deadLetters" | "fence" | "run";

/** A predicate over one row, small enough to be a DynamoDB condition and to be read as a sentence. */
export type Condition =
  | {
      readonly is: "equal" | "below" | "at_most" | "at_least";
      readonly field: ScalarField;
      readonly value: string | number;
    }
  | {
      readonly is: "one_of";
      readonly field: ScalarField;
      readonly values: readonly (string | number)[];
    }
  | { readonly is: "present" | "absent"; readonly field: keyof JobRow }
  | { readonly is: "all" | "any"; readonly of: readonly Condition[] };

/** What changes when the condition holds. */
export interface Update {
  readonly set?: Partial<JobRow>;
  readonly add?: Partial<Record<CounterField, number>>;
  readonly remove?: readonly (keyof JobRow)[];
  readonly append?: readonly HistoryEntry[];
}

/** One step of the protocol: a conditional write, and how to know that it is the one which had already worked. */
export interface Transition {
  readonly name: string;
  readonly condition: Condition;
  readonly update: Update;
  /** Given the row after a failed condition: had this very write been applied, its response lost? */
  readonly hadWorked: (row: JobRow) => boolean;
}

export const equal = (field: ScalarField, value: string | number): Condition => ({
  is: "equal",
  field,
  value,
});
export const below = (field: ScalarField, value: number): Condition => ({
  is: "below",
  field,
  value,
});
export const atMost = (field: ScalarField, value: number): Condition => ({
  is: "at_most",
  field,
  value,
});
export const atLeast = (field: ScalarField, value: number): Condition => ({
  is: "at_least",
  field,
  value,
});
export const oneOf = (field: ScalarField, ...values: (string | number)[]): Condition => ({
  is: "one_of",
  field,
  values,
});
export const present = (field: keyof JobRow): Condition => ({ is: "present", field });
export const absent = (field: keyof JobRow): Condition => ({ is: "absent", field });
export const all = (...of: Condition[]): Condition => ({ is: "all", of });
export const any = (...of: Condition[]): Condition => ({ is: "any", of });
