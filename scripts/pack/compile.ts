import { execFileSync } from "node:child_process";

/** Writes these files, and all of ours that they import, as JavaScript under `folder`, in the folders they are in here. */
export function compile(
  files: readonly string[],
  folder: string,
  { declaration = false }: { readonly declaration?: boolean } = {},
): void {
  // tsconfig.base.json cannot be named beside files; of it, what decides what is written. `npm run types` checks.
  const options = {
    noEmit: false,
    noCheck: true,
    outDir: folder,
    rootDir: ".",
    declaration,
    rewriteRelativeImportExtensions: true,
    target: "es2024",
    module: "nodenext",
    moduleResolution: "nodenext",
    lib: "es2024,esnext.disposable",
    types: "node",
    strict: true,
    verbatimModuleSyntax: true,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  execFileSync("npx", ["tsc", ...files, "--ignoreConfig", ...flags], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}
