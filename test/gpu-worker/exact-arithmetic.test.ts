import { expect, test } from "vitest";
import { exactArithmetic } from "../../gpu-worker/detector/exact-arithmetic.ts";

test("CUDA's libraries are told not to round to TF32, unless somebody said otherwise", () => {
  const nothing: Record<string, string | undefined> = {};
  const said: Record<string, string | undefined> = { NVIDIA_TF32_OVERRIDE: "1" };

  exactArithmetic(nothing);
  exactArithmetic(said);

  expect(nothing["NVIDIA_TF32_OVERRIDE"]).toBe("0");
  expect(said["NVIDIA_TF32_OVERRIDE"]).toBe("1");
});
