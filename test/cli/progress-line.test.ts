import { expect, test } from "vitest";
import { progressLine } from "../../cli/progress-line.ts";

function lineOn(isTerminal: boolean, columns = 80) {
  let written = "";
  let time = 0;
  const line = progressLine({
    isTerminal,
    columns: () => columns,
    write: (text) => (written += text),
    now: () => time,
  });
  return { line, written: () => written, pass: (ms: number) => (time += ms) };
}

test("a terminal's line is redrawn in its place, and closed once", () => {
  const { line, written, pass } = lineOn(true);

  line.show({ label: "upload", fraction: 0 });
  pass(1000);
  line.show({ label: "upload", fraction: 0.5, detail: "5 MB" });
  line.end();
  line.end();

  expect(written().split("\r")).toHaveLength(3);
  expect(written()).toMatch(/█{12}░{12} +50 % +5 MB\n$/);
});

test("the last state is shown when the line ends, although it came too soon for a redraw", () => {
  const { line, written } = lineOn(true);

  line.show({ label: "upload", fraction: 0 });
  line.show({ label: "upload", fraction: 1 });
  line.end();

  expect(written()).toContain("100 %");
});

test("elsewhere there is a line for each new label and one every five seconds", () => {
  const { line, written, pass } = lineOn(false);

  for (let second = 0; second < 12; second++) {
    line.show({ label: "upload", fraction: second / 12 });
    pass(1000);
  }
  line.show({ label: "detect" });
  line.end();

  expect(written().match(/.+\n/g)).toHaveLength(4);
  expect(written()).not.toContain("\r");
  expect(written()).not.toContain("\u001B");
});

test("a line never wraps", () => {
  const { line, written } = lineOn(true, 20);

  line.show({ label: "x".repeat(100) });

  expect(written().replace("\r\u001B[2K", "")).toHaveLength(19);
});

test("100 % is not shown before the end", () => {
  const { line, written } = lineOn(false);

  line.show({ label: "upload", fraction: 0.9999 });

  expect(written()).toContain(" 99 %");
});
