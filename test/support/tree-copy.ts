import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";

/** A change of one place in the source: the text that is there, and what stands there instead. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const left = new Set(["node_modules", ".git", ".framequeue", "cdk.out", "dist"]);

/** Copies the checkout that is the working directory, without what is made of it; gone when disposed of. */
export function copyTree(): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "framequeue-copy-"));
  cpSync(".", folder, {
    recursive: true,
    filter: (path) =>
      !left.has(
        resolve(path)
          .slice(resolve(".").length + 1)
          .split(sep)[0]!,
      ),
  });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Makes the edits in a copy, and undoes them when disposed of. Throws where the text to be changed is not there. */
export function edited(folder: string, edits: readonly Edit[]): Disposable {
  const originals = edits.map(({ file, from, to }) => {
    const path = join(folder, file);
    const source = readFileSync(path, "utf8");
    if (!source.includes(from)) throw new Error(`${file} has changed: it has no "${from}".`);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
    return { path, source };
  });
  return {
    [Symbol.dispose]: () => {
      for (const { path, source } of originals.toReversed()) writeFileSync(path, source);
    },
  };
}
