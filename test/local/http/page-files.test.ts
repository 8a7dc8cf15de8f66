import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pageFiles } from "../../../local/http/page-files.ts";
import { temporaryDirectory } from "../support/fixture-app.ts";

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());
const page = join(directory.path, "page");
const worker = join(directory.path, "worker");
for (const [folder, name] of [
  [page, "main.js"],
  [worker, "framequeue-1.2.3-abc.tgz"],
] as const) {
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "assets", name), name);
}
writeFileSync(join(page, "index.html"), "<h1>page</h1>");
writeFileSync(join(worker, "worker-package.json"), "{}");
const deployments = [
  {
    bucketName: "pages",
    directory: page,
    exclude: ["*"],
    include: ["assets/*"],
    cacheControl: "9",
  },
  { bucketName: "pages", directory: page, exclude: ["assets/*"], include: [], cacheControl: "0" },
];

test("the worker is packed when it is asked for, and lies there as the deployment lays the page's files", async () => {
  let packed = 0;
  const find = pageFiles("pages", deployments, async () => (packed++, worker));

  expect(await find("index.html")).toMatchObject({ cacheControl: "0" });
  expect(await find("assets/main.js")).toMatchObject({ cacheControl: "9" });
  expect(await find("assets/other.js")).toBeUndefined();
  expect(packed).toBe(0);

  expect(await find("worker-package.json")).toEqual({
    path: join(worker, "worker-package.json"),
    cacheControl: "0",
  });
  expect(await find("assets/framequeue-1.2.3-abc.tgz")).toMatchObject({ cacheControl: "9" });
  expect(await find("assets/framequeue-0.0.0-def.tgz")).toBeUndefined();
});
