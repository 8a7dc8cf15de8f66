import { expect, test } from "vitest";
import { ModelRefused } from "../../models/model-refused.ts";
import { printable } from "../../models/printable.ts";

test("what would move the cursor or change colours of a terminal is not printed", () => {
  expect(printable("a\u001b[31mred\u0007\r\nb\u009b")).toBe("a?[31mred??\nb?");
});

test("refusals that quote a file are printable", () => {
  const refused = new ModelRefused("no operator \u001b]0;title", { hint: "\u0008" });

  expect([refused.message, refused.hint]).toEqual(["no operator ?]0;title", "?"]);
});
