import { expect, test } from "vitest";
import { linesOf } from "../../gpu-worker/lines-of.ts";

async function linesIn(text: string, chunkBytes: number): Promise<string[]> {
  const bytes = Buffer.from(text);
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  };
  const lines: string[] = [];
  for await (const line of linesOf(chunks())) lines.push(line);
  return lines;
}

test.for([1, 2, 3, 7, 100])("lines are the same in chunks of %i bytes", async (chunkBytes) => {
  expect(await linesIn("a\n\nzwölf € 🎾\nlast", chunkBytes)).toEqual([
    "a",
    "",
    "zwölf € 🎾",
    "last",
  ]);
  expect(await linesIn("a\nb\n", chunkBytes)).toEqual(["a", "b"]);
});

test("nothing is no line", async () => {
  expect(await linesIn("", 1)).toEqual([]);
});
