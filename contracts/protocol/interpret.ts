import type { JobRow } from "../job.ts";
import type { Condition, Update } from "./transition.ts";

/** Whether the condition holds on the row, as DynamoDB would say: a comparison with a missing attribute is false. */
export function holds(condition: Condition, row: JobRow): boolean {
  switch (condition.is) {
    case "all":
      return condition.of.every((part) => holds(part, row));
    case "any":
      return condition.of.some((part) => holds(part, row));
    case "present":
      return row[condition.field] !== undefined;
    case "absent":
      return row[condition.field] === undefined;
    case "one_of":
      return condition.values.includes(row[condition.field] as string | number);
    case "equal":
      return row[condition.field] === condition.value;
    default:
      return compare(row[condition.field], condition.is, condition.value);
  }
}

function compare(
  actual: unknown,
  how: "below" | "at_most" | "at_least",
  value: string | number,
): boolean {
  if (actual === undefined || typeof actual !== typeof value) return false;
  const left = actual as number;
  const right = value as number;
  if (how === "below") return left < right;
  return how === "at_most" ? left <= right : left >= right;
}

/** The row after the update. */
export function applied({ set, add, remove, append }: Update, row: JobRow): JobRow {
  const next: Record<string, unknown> = { ...row, ...set };
  for (const [field, amount] of Object.entries(add ?? {})) {
    next[field] = ((row as unknown as Record<string, number>)[field] ?? 0) + amount;
  }
  for (const field of remove ?? []) delete next[field];
  if (append) next["history"] = [...row.history, ...append];
  return next as unknown as JobRow;
}
