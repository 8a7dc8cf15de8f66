import { expect, test } from "vitest";
import { previewColours } from "../../../../gpu-worker/pipeline/publish/preview-colours.ts";

const nothing = { range: null, matrix: null, primaries: null, transfer: null };
const limited = ["-color_range", "tv"];
const allOf709 = ["-colorspace", "1", "-color_primaries", "1", "-color_trc", "1"];

test("what the source does not say is not said of the preview either", () => {
  const colours = previewColours(nothing, { isMapped: false });

  expect(colours).toEqual({ scale: [], filters: [], options: limited });
});

test("what it says is told by its code, and a name without one is left out", () => {
  const colour = { ...nothing, matrix: "bt470bg", primaries: "ebu3213", transfer: "bt470bg" };

  const { options } = previewColours(colour, { isMapped: false });

  expect(options).toEqual(["-colorspace", "5", "-color_trc", "5", ...limited]);
});

test("HDR that was brought to SDR is BT.709 in all", () => {
  const colour = { ...nothing, matrix: "bt2020nc", primaries: "bt2020", transfer: "smpte2084" };

  expect(previewColours(colour, { isMapped: true })).toEqual({
    scale: ["out_color_matrix=bt709"],
    filters: ["setparams=colorspace=1:color_primaries=1:color_trc=1"],
    options: [...allOf709, ...limited],
  });
});

test("RGB keeps its primaries and gets a matrix that is told", () => {
  const colour = { ...nothing, matrix: "gbr", primaries: "bt2020" };

  expect(previewColours(colour, { isMapped: false })).toEqual({
    scale: ["out_color_matrix=bt709"],
    filters: ["setparams=colorspace=1:color_primaries=9"],
    options: ["-colorspace", "1", "-color_primaries", "9", ...limited],
  });
});
