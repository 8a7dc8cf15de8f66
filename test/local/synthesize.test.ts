import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { synthesize } from "../../local/synthesize.ts";
import { fixtureRoot, temporaryDirectory } from "./support/fixture-app.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let root: string;

beforeEach(() => {
  directory = temporaryDirectory();
  root = join(directory.path, "checkout");
  cpSync(fixtureRoot, root, { recursive: true });
});
afterEach(() => directory[Symbol.dispose]());

const run = (context: Record<string, string> = {}) =>
  synthesize({ root, stateDirectory: directory.path, context });

test("the app is synthesized once, and again when anything that it is made of changes", async () => {
  expect(await run()).toMatchObject({ cached: false });
  expect(await run()).toMatchObject({ cached: true });

  for (const path of ["cdk.json", "package-lock.json", "infra/more.ts", "gpu-worker/Dockerfile"]) {
    writeFileSync(join(root, path), "{}");
    expect({ path, ...(await run()) }).toMatchObject({ path, cached: false });
    expect({ path, ...(await run()) }).toMatchObject({ path, cached: true });
  }
  rmSync(join(root, "infra/more.ts"));
  expect(await run()).toMatchObject({ cached: false });
});

test("other context is another app", async () => {
  await run({ greeting: "hi" });

  expect(await run({ greeting: "hi" })).toMatchObject({ cached: true });
  expect(await run({ greeting: "ho" })).toMatchObject({ cached: false });
});

test("what is no part of the app changes nothing", async () => {
  await run();
  writeFileSync(join(root, "README.md"), "words");
  writeFileSync(join(root, "gpu-worker/main.ts"), "code");

  expect(await run()).toMatchObject({ cached: true });
});

test("an app that fails gives its words, and is not taken for synthesized", async () => {
  await run();
  writeFileSync(join(root, "infra/app.ts"), `throw new Error("no such construct")`);

  await expect(run()).rejects.toThrow(/no such construct/);
  await expect(run()).rejects.toThrow(/no such construct/);
});

test("the assembly has what the app left behind, and nothing of the one before", async () => {
  await run();
  const { assemblyDirectory } = await run({ greeting: "again" });

  expect(readdirSync(assemblyDirectory)).toContain("Fixture.template.json");
  writeFileSync(join(assemblyDirectory, "old.template.json"), "{}");
  await run({ greeting: "once more" });
  expect(existsSync(join(assemblyDirectory, "old.template.json"))).toBe(false);
});
