import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kaggleMetadata, kaggleNotebook } from "../../contracts/kaggle-notebook.ts";
import packageFile from "../../package.json" with { type: "json" };

const source = `${packageFile.name}@${packageFile.version}`;

test("the notebook in the checkout is the one that is made", () => {
  expect(readFileSync("kaggle/framequeue-worker.ipynb", "utf8")).toBe(kaggleNotebook(source));
  expect(readFileSync("kaggle/kernel-metadata.json", "utf8")).toBe(kaggleMetadata());
});

test("it has at most four cells, and no secret in them", () => {
  const { cells } = JSON.parse(kaggleNotebook(source)) as { cells: { source: string[] }[] };

  expect(cells.length).toBeLessThanOrEqual(4);
  expect(JSON.stringify(cells)).not.toMatch(/fqw1\.[\w-]|fqw?_[\w-]{10}/);
});
