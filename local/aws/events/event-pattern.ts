/** Says whether an event fits a rule's pattern. */
export type EventMatcher = (event: unknown) => boolean;

type Leaf = (value: unknown) => boolean;

/**
 * Compiles an EventBridge event pattern: exact values, `prefix`, `suffix`, `anything-but` and
 * `exists`, nested as the event is. Any other matcher is refused here, not ignored later.
 */
export function compileEventPattern(pattern: unknown, path = "pattern"): EventMatcher {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new Error(`${path} must be an object with at least one field`);
  }
  const fields = Object.entries(pattern).map(([name, expected]) => {
    const matches = Array.isArray(expected)
      ? compileLeaves(expected, `${path}.${name}`)
      : compileEventPattern(expected, `${path}.${name}`);
    return { name, matches };
  });
  return (event) =>
    fields.every(({ name, matches }) => matches(isObject(event) ? event[name] : undefined));
}

/** One of the alternatives must fit; an array in the event fits if one of its elements does. */
function compileLeaves(alternatives: readonly unknown[], path: string): EventMatcher {
  if (alternatives.length === 0) throw new Error(`${path} must list at least one value`);
  const leaves = alternatives.map((alternative) => compileLeaf(alternative, path));
  return (value) =>
    Array.isArray(value) && value.length > 0
      ? value.some((element) => leaves.some((fits) => fits(element)))
      : leaves.some((fits) => fits(value));
}

function compileLeaf(alternative: unknown, path: string): Leaf {
  if (isScalar(alternative)) return (value) => value === alternative;
  const entries = isObject(alternative) ? Object.entries(alternative) : [];
  const [matcher, operand] = entries[0] ?? [];
  if (entries.length !== 1 || matcher === undefined) {
    throw new Error(`${path} must list values or matchers with one key each`);
  }
  const text = textLeaf(matcher, operand);
  if (text) return text;
  if (matcher === "exists" && typeof operand === "boolean") {
    return (value) => (value !== undefined) === operand;
  }
  if (matcher === "anything-but") {
    const excluded = compileExcluded(operand, path);
    return (value) => value !== undefined && !excluded.some((fits) => fits(value));
  }
  throw new Error(
    `${path} uses the matcher ${JSON.stringify(alternative)}, which is not known here`,
  );
}

function compileExcluded(operand: unknown, path: string): Leaf[] {
  if (isObject(operand)) {
    const [matcher = "", excluded] = Object.entries(operand)[0] ?? [];
    return asList(excluded).map((each) => {
      const leaf = textLeaf(matcher, each);
      if (!leaf) throw new Error(`${path} excludes by ${matcher}, which is not known here`);
      return leaf;
    });
  }
  return asList(operand).map((each) => {
    if (!isScalar(each)) throw new Error(`${path} must exclude plain values`);
    return (value) => value === each;
  });
}

function textLeaf(matcher: string, operand: unknown): Leaf | undefined {
  if (typeof operand !== "string") return undefined;
  if (matcher === "prefix")
    return (value) => typeof value === "string" && value.startsWith(operand);
  if (matcher === "suffix") return (value) => typeof value === "string" && value.endsWith(operand);
  return undefined;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
