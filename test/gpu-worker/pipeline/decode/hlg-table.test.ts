import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hlgTable, writeHlgTable } from "../../../../gpu-worker/pipeline/decode/hlg-table.ts";
import { temporaryFolder } from "../../support/clips.ts";

const [header, ...lines] = hlgTable().trimEnd().split("\n");
const points = Number(header!.split(" ")[1]);
const last = points - 1;
const at = (red: number, green: number, blue: number) =>
  lines[(blue * points + green) * points + red]!.split(" ").map(Number);

/** ITU-R BT.2100, table 5, written out again: light of the scene from a signal. */
const light = (signal: number) =>
  signal <= 0.5
    ? (signal * signal) / 3
    : (Math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12;

test("the table has a line of three signals of 0–1 for each point", () => {
  expect(lines).toHaveLength(points ** 3);
  const signals = lines.flatMap((line) => line.split(" ").map(Number));
  expect(signals).toHaveLength(3 * points ** 3);
  expect(signals.filter((each) => !(each >= 0 && each <= 1))).toEqual([]);
});

test("greys stay as they are", () => {
  for (let grey = 0; grey <= last; grey++) {
    const expected = expect.closeTo(grey / last, 5);
    expect(at(grey, grey, grey)).toEqual([expected, expected, expected]);
  }
});

test("each channel's own gamma then gives the light that the luminance's gives", () => {
  const [red, green, blue] = [last, last / 2, last / 4].map((each) => light(each / last));
  const luminance = 0.2627 * red! + 0.678 * green! + 0.0593 * blue!;

  const shown = at(last, last / 2, last / 4).map((signal) => light(signal) ** 1.2);

  expect(shown).toEqual(
    [red!, green!, blue!].map((each) => expect.closeTo(each * luminance ** 0.2, 4)),
  );
});

test("it lies in the folder of a video that needs it, and is written once", () => {
  const colour = { range: null, matrix: null, primaries: null, transfer: "arib-std-b67" };
  const folder = temporaryFolder();
  const path = join(folder, "hlg.cube");

  writeHlgTable(folder, { colour: { ...colour, transfer: "smpte2084" } });
  expect(existsSync(path)).toBe(false);

  writeHlgTable(folder, { colour });
  expect(readFileSync(path, "utf8")).toBe(hlgTable());

  // Somebody may be reading it.
  writeFileSync(path, "as it was");
  writeHlgTable(folder, { colour });
  expect(readFileSync(path, "utf8")).toBe("as it was");
  rmSync(path);
});
