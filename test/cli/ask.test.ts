import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askOn } from "../../cli/ask.ts";

function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  const stop = new AbortController();
  const ask = askOn(input, output, { signal: stop.signal, onInterrupt: () => stop.abort() });
  return { input, output, stop, ask };
}

test("the question is written and one line is the answer, again and again", async () => {
  const { input, output, ask } = terminal();

  const first = ask("Colour? ");
  input.write("red\n");
  expect(await first).toBe("red");
  const second = ask("Size? ");
  input.write("large\n");

  expect(await second).toBe("large");
  expect(String(output.read())).toContain("Colour? ");
});

test("an input that ends is no answer", async () => {
  const { input, ask } = terminal();

  const answer = ask("Colour? ");
  input.end();

  await expect(answer).rejects.toThrow("No answer came.");
});

test("a stop ends the waiting", async () => {
  const { stop, ask } = terminal();

  const answer = ask("Colour? ");
  stop.abort();

  await expect(answer).rejects.toMatchObject({ name: "AbortError" });
});
