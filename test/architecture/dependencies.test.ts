import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Locked {
  readonly integrity?: string;
  /** It lies inside the package around it, whose digest covers it. */
  readonly inBundle?: true;
  readonly resolved?: string;
  readonly hasInstallScript?: true;
  readonly link?: true;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const read = <Content>(name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", name), "utf8")) as Content;
const manifest = read<Manifest>("package.json");
const { "": _root, ...locked } = read<{ packages: Record<string, Locked> }>(
  "package-lock.json",
).packages;

/** Of `node_modules/a/node_modules/@b/c` the last: `@b/c`. */
const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + 13);

test("what the project names itself it names by one version, which nobody can move", () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const named = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  const loose = named.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));

  expect(named.length).toBeGreaterThan(20);
  expect(loose).toEqual([]);
});

test("whatever comes with that is locked by its digest, and comes from no address of its own", () => {
  const unlocked = Object.entries(locked).filter(
    ([, { integrity, inBundle, link }]) => !inBundle && (link || !integrity?.startsWith("sha512-")),
  );
  const elsewhere = Object.entries(locked).filter(([, { resolved }]) => resolved !== undefined);

  expect(Object.keys(locked).length).toBeGreaterThan(100);
  expect([unlocked, elsewhere]).toEqual([[], []]);
});

test("no package runs a script at its installation that is not decided upon by name", () => {
  const scripted = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript);
  const undecided = scripted
    .map(([path]) => nameOf(path))
    .filter((name) => manifest.allowScripts[name] === undefined);

  expect(scripted.length).toBeGreaterThan(0);
  expect(undecided).toEqual([]);
});
