import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errors } from "../../contracts/errors.ts";

const sections = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/^## (.+)$/gm)].map(([, title]) => title);

test("docs/errors.md has one section for each error code and none for another", () => {
  expect(sections("docs/errors.md").sort()).toEqual(Object.keys(errors).sort());
});
