import { expect, test } from "vitest";
import { believed, merged, type Claim } from "../../../models/inspect/claim.ts";

const claim = (by: Claim["by"], confidence: number, name: string): Claim => ({
  part: "name",
  by,
  confidence,
  why: "",
  patch: { name },
});
const winner = (...claims: readonly Claim[]) => believed(claims).get("name")?.patch.name;

test("metadata goes before a sidecar, a sidecar before the signature, the signature before a run", () => {
  const all = [
    claim("probe", 1, "probe"),
    claim("signature", 1, "signature"),
    claim("sidecar", 0.95, "sidecar"),
    claim("metadata", 0.9, "metadata"),
  ];

  expect(winner(...all)).toBe("metadata");
  expect(winner(...all.slice(0, 3))).toBe("sidecar");
  expect(winner(...all.slice(0, 2))).toBe("signature");
});

test("an earlier source that is not sure gives way to a later one that is", () => {
  expect(winner(claim("metadata", 0.3, "unsure"), claim("probe", 0.95, "sure"))).toBe("sure");
});

test("a source that says what does not hold is asked about, however sure the later ones are of it", () => {
  const open: Claim = { ...claim("sidecar", 0.5, "open"), isOpen: true };

  expect(winner(open, claim("signature", 0.95, "convention"))).toBe("open");
  expect(winner(claim("metadata", 0.95, "said"), open)).toBe("said");
});

test("where none is sure the surest is supposed", () => {
  expect(winner(claim("sidecar", 0.3, "less"), claim("signature", 0.7, "more"))).toBe("more");
});

test("a part of an output is set in the one that there is, a whole one replaces it", () => {
  const rows = { decoder: "yolo-v5", tensors: { predictions: "a" } } as const;
  const known = { output: { decoder: "yolo-v8", tensors: { predictions: "b" } } } as const;
  const part = { output: { units: "normalised" } } as object;

  expect(merged(known, part).output).toEqual({ ...known.output, units: "normalised" });
  expect(merged(known, { output: rows }).output).toEqual(rows);
});
