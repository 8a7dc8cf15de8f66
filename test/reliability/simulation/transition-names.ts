import { aJobRow } from "../../support/job-row.ts";
import {
  everySegmentTransition,
  everyTransition,
  segmentRowsOfEveryKind,
} from "../../support/transitions.ts";

/** Begins the names under which applied transitions are counted. */
export const movedPrefix = "moved: ";

const aSegmentRow = segmentRowsOfEveryKind[0]!;

/** The names of all transitions that there are. */
export const transitionNames: readonly string[] = [
  ...new Set([
    ...everyTransition.map((transition) => transition(aJobRow()).name),
    ...everySegmentTransition.map((transition) => transition(aSegmentRow).name),
  ]),
].sort();
