import { parseSync } from "vite";

/** Made once and never written to: holding one in a module shares nothing between requests. */
const stateless = new Set([
  "URL",
  "TextEncoder",
  "TextDecoder",
  "RegExp",
  "Intl.NumberFormat",
  "Logger",
  "BatchProcessor",
  "AbortController",
]);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const nameOf = (callee: Node): string =>
  callee.type === "MemberExpression"
    ? `${nameOf(callee["object"] as Node)}.${nameOf(callee["property"] as Node)}`
    : String(callee["name"]);

/** Whether a module-level constant could be filled while the process runs: `new Map()`, `[]`, `{}`, `new JobQueue()`. */
function canBeFilled(init: Node | null): string | undefined {
  if (!init) return undefined;
  if (init.type === "NewExpression") {
    const name = nameOf(init["callee"] as Node);
    const lookup = ["Set", "Map"].includes(name) && (init["arguments"] as Node[]).length > 0;
    return lookup || stateless.has(name) ? undefined : `new ${name}(…)`;
  }
  if (init.type === "ArrayExpression" && (init["elements"] as Node[]).length === 0) return "[]";
  if (init.type === "ObjectExpression" && (init["properties"] as Node[]).length === 0) return "{}";
  if (init.type === "TSAsExpression" || init.type === "TSSatisfiesExpression") {
    return canBeFilled(init["expression"] as Node);
  }
  return undefined;
}

/** Every piece of module-level state in a source text, as `name = value`. */
export function moduleState(filename: string, source: string): string[] {
  const { program } = parseSync(filename, source) as unknown as { program: { body: Node[] } };
  const found: string[] = [];

  for (const statement of program.body) {
    const declaration = (statement["declaration"] as Node | undefined) ?? statement;
    if (declaration?.type !== "VariableDeclaration" || declaration["declare"]) continue;

    for (const { id, init } of declaration["declarations"] as { id: Node; init: Node | null }[]) {
      const name = String(id["name"]);
      if (declaration["kind"] !== "const") found.push(`${String(declaration["kind"])} ${name}`);
      const filled = canBeFilled(init);
      if (filled) found.push(`${name} = ${filled}`);
    }
  }
  return found;
}
