import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileFit, fitWasmPath } from "../../scripts/build/compile-fit.ts";

test("the compiled kernel is that of its source (npm run build:fit)", () => {
  expect(readFileSync(fitWasmPath, "utf8")).toBe(compileFit());
});
