import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { errors } from "../../contracts/errors.ts";

const sections = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/^## (.+)$/gm)].map(([, title]) => title);

test("docs/errors.md has one section for each error code and none for another", () => {
  expect(sections("docs/errors.md").sort()).toEqual(Object.keys(errors).sort());
});

test.each([
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "docs/runbook.md",
  "docs/errors.md",
  "docs/cli.md",
  "docs/models.md",
  "docs/webhooks.md",
  "models/README.md",
])("every file that %s links to is there", (path) => {
  const targets = [...readFileSync(path, "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
    ([, target]) => join(dirname(path), target!),
  );

  expect(targets.filter((target) => !existsSync(target))).toEqual([]);
});
