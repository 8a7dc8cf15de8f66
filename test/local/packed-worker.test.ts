import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packedWorker } from "../../local/packed-worker.ts";
import { temporaryDirectory } from "./support/fixture-app.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let root: string;
let laid: string[];

beforeEach(() => {
  directory = temporaryDirectory();
  root = join(directory.path, "checkout");
  mkdirSync(join(root, "gpu-worker"), { recursive: true });
  edit("first");
  laid = [];
});
afterEach(() => directory[Symbol.dispose]());

const edit = (text: string) => writeFileSync(join(root, "gpu-worker", "main.ts"), text);
const packages = () => join(directory.path, "packages");
const ask = (lay = async (_folder: string) => {}) =>
  packedWorker({
    root,
    directory: packages(),
    lay: async (folder) => {
      laid.push(folder);
      await lay(folder);
      writeFileSync(join(folder, "worker-package.json"), "{}");
    },
  });

test("two who ask at once, and a process that comes after, get the same package, packed once", async () => {
  const packed = ask();
  const [one, other] = await Promise.all([packed(), packed()]);
  const later = await ask()();

  expect(new Set([one, other, later]).size).toBe(1);
  expect(readdirSync(one)).toEqual(["worker-package.json"]);
  expect(laid).toHaveLength(1);
});

test("after an edit of the worker it is packed again, and the one before goes", async () => {
  const packed = ask();
  const before = await packed();
  edit("second");
  const after = await packed();

  expect(after).not.toBe(before);
  expect(readdirSync(packages())).toHaveLength(1);
});

test("what could not be packed is packed for the next one who asks", async () => {
  let faults = 1;
  const packed = ask(async () => {
    if (faults-- > 0) throw new Error("no disk");
  });

  await expect(packed()).rejects.toThrow("no disk");
  expect(readdirSync(await packed())).toEqual(["worker-package.json"]);
});
