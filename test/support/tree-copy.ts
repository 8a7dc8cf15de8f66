import { readFileSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";

/** A change of one place in the source: the text that is there, and what stands there instead. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Folders of the checkout's own that git leaves out as well: some hold what took minutes to download. */
const isLeft = (() => {
  const ignored = readFileSync(".gitignore", "utf8").split("\n");
  const folders = ignored.filter((line) => line.endsWith("/")).map((line) => line.slice(0, -1));
  const left = new Set([".git", ...folders]);
  return (path: string) => left.has(relative(".", path).split(sep)[0]!);
})();

/**
 * Copies the checkout that is the working directory, without what is made of it; gone when disposed of. Meanwhile the
 * process goes on: while it stands still, a server may close a connection that the next request then goes into.
 */
export async function copyTree(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "framequeue-copy-"));
  await cp(".", folder, { recursive: true, filter: (path) => !isLeft(path) });
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  const remove = () => rm(folder, { recursive: true, force: true });
  return { folder, [Symbol.asyncDispose]: remove };
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
