import { expect, test } from "vitest";
import { refuseUnsupported } from "../../../models/inspect/refuse-unsupported.ts";
import type { ModelRefused } from "../../../models/model-refused.ts";
import { emptyModel } from "../../support/model-views.ts";

const node = (op: string, domain = "") => ({
  op,
  domain,
  inputs: [],
  outputs: [],
  integers: {},
  integerLists: {},
});

function refusalOf(more: Partial<typeof emptyModel>): ModelRefused | undefined {
  try {
    refuseUnsupported({ ...emptyModel, ...more });
    return undefined;
  } catch (error) {
    return error as ModelRefused;
  }
}

test.each([
  ["EfficientNMS_TRT", "", "--max-wh"],
  ["EfficientNMS_TRT", "TRT", "nms=False"],
  ["BatchedNMSDynamic_TRT", "", "nms=False"],
  ["YoloLayer_TRT", "", "TensorRT"],
  ["aten::grid_sampler", "org.pytorch.aten", "opset=17"],
  ["StringSplit", "ai.onnx.contrib", "onnxruntime-extensions"],
  ["NMSRotated", "mmdeploy", "onnxruntime backend"],
  ["Something", "com.example", "standard operators"],
])("%s of %j is refused with the export option that helps", (op, domain, hint) => {
  const refusal = refusalOf({ nodes: [node("Conv"), node(op, domain)] });

  expect(refusal?.message).toContain(op);
  expect(refusal?.hint).toContain(hint);
});

test("onnxruntime's own operators and functions of the file itself are no reason to refuse", () => {
  const nodes = [node("FusedConv", "com.microsoft"), node("Helper", "pkg.local")];

  expect(refusalOf({ nodes, functions: new Set(["pkg.local::Helper"]) })).toBeUndefined();
  expect(refusalOf({ nodes })?.message).toContain("pkg.local::Helper");
});

test("weights in another file are refused with how to bring them into one", () => {
  expect(refusalOf({ externalFiles: ["model.onnx.data"] })?.hint).toContain(
    "one file of at most 2 GB",
  );
});
