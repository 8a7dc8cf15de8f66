import { expect, test } from "vitest";
import { formatBytes, formatSeconds } from "../../../cli/client/format.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [99_600, "100 kB"],
  [999_600, "1.0 MB"],
  [1_536_000, "1.5 MB"],
  [50e9, "50.0 GB"],
])("%i bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0.84, "0.8 s"],
  [9.96, "10 s"],
  [59.6, "1 min 00 s"],
  [185, "3 min 05 s"],
  [7620, "2 h 07 min"],
])("%f seconds are %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});
