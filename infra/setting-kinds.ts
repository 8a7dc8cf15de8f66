import * as z from "zod";

/** One word or more: as a list, or with commas between, as the command line has them. */
export const list = z.preprocess(
  (value) => (typeof value === "string" ? value.split(",").map((word) => word.trim()) : value),
  z.array(z.string().min(1)).min(1),
);
