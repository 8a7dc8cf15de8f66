import { expect, test } from "vitest";
import { namesIn, parsePython } from "../../../../models/inspect/sources/python-literal.ts";

test.each([
  [`{0: 'person', 1: "driver's seat"}`, { 0: "person", 1: "driver's seat" }],
  ["[640, 480]", [640, 480]],
  ["{'nms': False, 'opset': 17}", { nms: false, opset: 17 }],
  ["True", true],
  [
    String.raw`{0: 'a\\b', 1: "driver's\\seat"}`,
    { 0: String.raw`a\b`, 1: String.raw`driver's\seat` },
  ],
  [String.raw`['no\xa0break', 'two\nlines']`, ["no\u00a0break", "two\nlines"]],
  // What YAML cannot read: both quotes in one name.
  [String.raw`{0: 'it\'s "x"', 1: 'ball'}`, { 0: `it's "x"`, 1: "ball" }],
])("%s is read as Python means it", (text, value) => {
  expect(parsePython(text)).toEqual(value);
});

test("what is no literal at all is undefined, and aliases are not followed", () => {
  expect(parsePython("{'a': ")).toBeUndefined();
  expect(parsePython("a: &x [1]\nb: *x")).toBeUndefined();
});

test("names keep their ids, and an id without a name is said to be unused", () => {
  expect(namesIn({ 2: "ball", 0: "player" })).toEqual(["player", "unused-1", "ball"]);
  expect(namesIn(["a", "b"])).toEqual(["a", "b"]);
});

test.each([["ball"], [{}], [[]], [{ a: "b" }], [{ "-1": "b" }], [{ 1e9: "far" }], [null]])(
  "%j has no names",
  (value) => {
    expect(namesIn(value)).toBeUndefined();
  },
);
