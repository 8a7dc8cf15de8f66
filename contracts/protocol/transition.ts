import type { JobRow } from "../job.ts";
import type { SegmentRow } from "../segment.ts";
import type { HistoryEntry, WorkRow } from "../work-row.ts";

/** Every attribute that the row of a job or of a segment may have. */
export type RowFields = JobRow & Omit<SegmentRow, keyof WorkRow>;

/** Attributes that a condition may look at: scalars only, which every store compares alike. */
type ScalarField = {
  [K in keyof RowFields]-?: NonNullable<RowFields[K]> extends string | number ? K : never;
}[keyof RowFields];
type SetField = "endedSegments";
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
  | { readonly is: "present" | "absent"; readonly field: keyof RowFields }
  /** A set has at least so many members. */
  | { readonly is: "counts"; readonly field: SetField; readonly value: number }
  | { readonly is: "all" | "any"; readonly of: readonly Condition[] };

/** What changes when the condition holds. */
export interface Update {
  readonly set?: Partial<RowFields>;
  readonly add?: Partial<Record<CounterField, number>>;
  /** Members that a set is to have; it is made where there is none. */
  readonly include?: Partial<Record<SetField, readonly number[]>>;
  readonly remove?: readonly (keyof RowFields)[];
  readonly append?: readonly HistoryEntry[];
}

/** One step of the protocol: a conditional write, and how to know that it is the one which had already worked. */
export interface Transition {
  readonly name: string;
  readonly condition: Condition;
  readonly update: Update;
  /** Given the row after a failed condition: had this very write been applied, its response lost? */
  readonly hadWorked: (row: Partial<RowFields>) => boolean;
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
export const present = (field: keyof RowFields): Condition => ({ is: "present", field });
export const absent = (field: keyof RowFields): Condition => ({ is: "absent", field });
export const counts = (field: SetField, value: number): Condition => ({
  is: "counts",
  field,
  value,
});
export const all = (...of: Condition[]): Condition => ({ is: "all", of });
export const any = (...of: Condition[]): Condition => ({ is: "any", of });
