import type { WorkRow } from "../work-row.ts";
import type { Condition, RowFields, Update } from "./transition.ts";

/** Whether the condition holds on the row, as DynamoDB would say: a comparison with a missing attribute is false. */
export function holds(condition: Condition, of: WorkRow): boolean {
  const row = of as Partial<RowFields>;
  switch (condition.is) {
    case "all":
      return condition.of.every((part) => holds(part, of));
    case "any":
      return condition.of.some((part) => holds(part, of));
    case "present":
      return row[condition.field] !== undefined;
    case "absent":
      return row[condition.field] === undefined;
    case "one_of":
      return condition.values.includes(row[condition.field] as string | number);
    case "counts":
      return (row[condition.field]?.size ?? 0) >= condition.value;
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
export function applied<Row extends WorkRow>(
  { set, add, include, remove, append }: Update,
  row: Row,
): Row {
  const next = { ...row, ...set } as unknown as Record<string, unknown>;
  for (const [field, amount] of Object.entries(add ?? {})) {
    next[field] = ((row as unknown as Record<string, number>)[field] ?? 0) + amount;
  }
  for (const [field, members] of Object.entries(include ?? {})) {
    const there = (row as Partial<RowFields>)[field as keyof typeof include] as
      | ReadonlySet<number>
      | undefined;
    next[field] = new Set([...(there ?? []), ...members]);
  }
  for (const field of remove ?? []) delete next[field];
  if (append) next["history"] = [...row.history, ...append];
  return next as unknown as Row;
}
