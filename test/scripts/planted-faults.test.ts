import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { plantedFaults } from "../../scripts/planted-faults.ts";

test.each(plantedFaults)(
  "can still be planted, and has its test: $name",
  ({ edits, test: seenBy }) => {
    const [file, title] = seenBy;

    for (const { file: edited, from } of edits) {
      expect(readFileSync(edited, "utf8")).toContain(from);
    }
    expect(readFileSync(`test/end-to-end/${file}.test.ts`, "utf8")).toContain(title);
  },
);
