import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const matrix = readFileSync("docs/reliability/faults.md", "utf8");
const rows = matrix.split("\n").filter((line) => /^\| *\d+ *\|/.test(line));
const scripts = (JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object }).scripts;

test("every fault from 1 to 55 has its row", () => {
  expect(rows.map((row) => Number(row.split("|")[1]))).toEqual(
    Array.from({ length: 55 }, (_, index) => index + 1),
  );
});

test("every test that the fault matrix names is there under this name", () => {
  const named = rows.flatMap((row) => [
    ...row.matchAll(/(test\/\S+\.ts) › (.+?)(?=; (?:test\/|`|campaign)|\. [A-Z]|;? *\|)/g),
  ]);
  const missing = named.filter(
    ([, file, name]) => !readFileSync(file!, "utf8").includes(name!.trim()),
  );

  expect(named.length).toBeGreaterThan(40);
  expect(missing.map(([, file, name]) => `${file} › ${name}`)).toEqual([]);
});

test("every script that the fault matrix names is one of package.json's", () => {
  const named = [...matrix.matchAll(/`npm run ([\w:-]+)`/g)].map(([, name]) => name!);

  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
