import type { ModelOutput } from "./model-output.ts";

/**
 * The names of the graph's outputs, one list per part, a single name as a list of one. Apart from the schema, which
 * a detector's thread would have to load for this alone.
 */
export const tensorsOf = ({ tensors }: ModelOutput): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([part, names]: [string, string | string[] | undefined]) =>
      names === undefined ? [] : [[part, [names].flat()]],
    ),
  );
