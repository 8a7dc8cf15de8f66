import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kaggleMetadata, kaggleNotebook } from "../../contracts/kaggle-notebook.ts";

test("the notebook in the checkout is the one that is made", () => {
  expect(readFileSync("kaggle/framequeue-worker.ipynb", "utf8")).toBe(kaggleNotebook());
  expect(readFileSync("kaggle/kernel-metadata.json", "utf8")).toBe(kaggleMetadata());
});

test("it has at most four cells, and no secret in them", () => {
  const { cells } = JSON.parse(kaggleNotebook()) as { cells: { source: string[] }[] };

  expect(cells.length).toBeLessThanOrEqual(4);
  expect(JSON.stringify(cells)).not.toMatch(/fqw1\.[\w-]|fqw?_[\w-]{10}/);
});

test("it installs what the system of its secret serves, unless it is told another system or package", () => {
  const install = (text: string) =>
    (JSON.parse(text) as { cells: { id: string; source: string[] }[] }).cells
      .find(({ id }) => id === "install")!
      .source.join("");
  const system = "https://videos.example";
  const packageSource = 'https://example.com/"worker".tgz';

  expect(install(kaggleNotebook())).toMatch(/"FRAMEQUEUE_PACKAGE", ""\)[^]*^SYSTEM = ""$/m);
  expect(install(kaggleNotebook({ system }))).toContain(`SYSTEM = "${system}"\n`);
  expect(install(kaggleNotebook({ packageSource }))).toContain(
    `"FRAMEQUEUE_PACKAGE", ${JSON.stringify(packageSource)})\n`,
  );
});
