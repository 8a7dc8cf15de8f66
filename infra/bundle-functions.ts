import { existsSync, readdirSync } from "node:fs";
import { build } from "esbuild";

const outputFolder = "dist/functions";

/** Bundles every Lambda with its SDK, in one process; answers the folder of a function's bundle by its name. */
export async function bundleFunctions(): Promise<(name: string) => string> {
  const names = readdirSync("functions", { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(`functions/${entry.name}/handler.ts`))
    .map(({ name }) => name);

  await build({
    entryPoints: names.map((name) => ({
      in: `functions/${name}/handler.ts`,
      out: `${name}/index`,
    })),
    outdir: outputFolder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // The SDK's modules and not its CommonJS: a fifth smaller, a third faster to load, and no `require` is left.
    mainFields: ["module", "main"],
    minify: true,
    // Names stay readable in logs and stack traces.
    keepNames: true,
    sourcemap: "linked",
    sourcesContent: false,
    logLevel: "warning",
  });

  return (name) => {
    if (!names.includes(name)) throw new Error(`There is no functions/${name}/handler.ts.`);
    return `${outputFolder}/${name}`;
  };
}
