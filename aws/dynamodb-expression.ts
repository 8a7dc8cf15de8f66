import type { Condition, Update } from "../contracts/protocol/transition.ts";

const operators = { equal: "=", below: "<", at_most: "<=", at_least: ">=" } as const;

/** Writes expressions with every name and value aliased: many of our words are reserved by DynamoDB. */
export function expressionWriter() {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};

  const name = (field: string): string => {
    names[`#${field}`] = field;
    return `#${field}`;
  };
  const value = (of: unknown): string => {
    const alias = `:v${Object.keys(values).length}`;
    values[alias] = of;
    return alias;
  };

  /** AND binds closer than OR: only an `any` within an `all` needs brackets, and parsers take long over many. */
  function condition(of: Condition): string {
    switch (of.is) {
      case "all":
        return of.of
          .map((part) => (part.is === "any" ? `(${condition(part)})` : condition(part)))
          .join(" AND ");
      case "any":
        return of.of.map(condition).join(" OR ");
      case "present":
        return `attribute_exists(${name(of.field)})`;
      case "absent":
        return `attribute_not_exists(${name(of.field)})`;
      case "one_of":
        return `${name(of.field)} IN (${of.values.map(value).join(", ")})`;
      case "counts":
        // AWS does not say what the size of nothing is; implementations differ.
        return `attribute_exists(${name(of.field)}) AND size(${name(of.field)}) >= ${value(of.value)}`;
      default:
        return `${name(of.field)} ${operators[of.is]} ${value(of.value)}`;
    }
  }

  function update({ set = {}, add = {}, include = {}, remove = [], append }: Update): string {
    const assignments = Object.entries(set)
      .filter(([, to]) => to !== undefined)
      .map(([field, to]) => `${name(field)} = ${value(to)}`);
    if (append?.length) {
      const history = name("history");
      assignments.push(`${history} = list_append(${history}, ${value(append)})`);
    }
    const additions = [
      ...Object.entries(add),
      ...Object.entries(include).map(([field, members]) => [field, new Set(members)] as const),
    ].map(([field, by]) => `${name(field)} ${value(by)}`);

    return [
      clause("SET", assignments),
      clause("ADD", additions),
      clause("REMOVE", remove.map(name)),
    ]
      .filter(Boolean)
      .join(" ");
  }

  return {
    name,
    value,
    condition,
    update,
    /** What goes with the expressions into the request. */
    attributes: () => ({
      ExpressionAttributeNames: names,
      ...(Object.keys(values).length && { ExpressionAttributeValues: values }),
    }),
  };
}

const clause = (word: string, parts: readonly string[]): string =>
  parts.length ? `${word} ${parts.join(", ")}` : "";
