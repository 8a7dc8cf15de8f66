import { expect, test } from "vitest";
import { growingNumbers } from "../../gpu-worker/pipeline/probe/growing-numbers.ts";

test("all that was given is there, in order, however much it becomes", () => {
  const numbers = growingNumbers();
  for (let value = 0; value < 10_000; value++) numbers.push(value);

  expect(numbers.length).toBe(10_000);
  expect(numbers.all()).toEqual(Float64Array.from({ length: 10_000 }, (_, value) => value));
});

test("nothing given is nothing", () => {
  expect(growingNumbers().all()).toEqual(new Float64Array());
});
