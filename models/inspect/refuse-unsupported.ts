import { ModelRefused } from "../model-refused.ts";
import type { GraphNode, OnnxModel } from "../onnx/graph.ts";

// Domains whose operators onnxruntime brings with it.
const domains = new Set([
  "",
  "ai.onnx.ml",
  "ai.onnx.training",
  "ai.onnx.preview.training",
  "com.microsoft",
]);

const rules: readonly { readonly matches: RegExp; readonly hint: string }[] = [
  {
    matches: /EfficientNMS|BatchedNMS|NMS.*TRT|TRT.*NMS|NMSRotated|NMSMatch/i,
    hint: "It was exported for TensorRT. Export with the NMS left out (Ultralytics: `nms=False`; YOLOv7: without `--end2end`, or with `--end2end --max-wh 640` for onnxruntime; MMDeploy: the onnxruntime backend).",
  },
  {
    matches: /_TRT$|TRT|Plugin$|^Yolo(?:Layer)?/i,
    hint: "It is a TensorRT plugin. Export for onnxruntime: `yolo export format=onnx`, or MMDeploy's onnxruntime backend.",
  },
  {
    matches: /^aten::|::aten|^org\.pytorch\.aten/i,
    hint: "PyTorch left one of its own operators in the graph. Export with a newer `opset=17` and without the ATen fallback.",
  },
  {
    matches: /^ai\.onnx\.contrib|^com\.microsoft\.extensions/i,
    hint: "It needs onnxruntime-extensions (pre- or post-processing inside the graph). Export the model without them.",
  },
  {
    matches: /^mmdeploy|^mmcv/i,
    hint: "It needs MMDeploy's own operators. Export with MMDeploy's onnxruntime backend and standard operators, or from the original repository.",
  },
];

/** Refuses what onnxruntime cannot run as one file: weights still kept elsewhere, operators that it does not have. */
export function refuseUnsupported(model: OnnxModel): void {
  const [elsewhere] = model.externalFiles;
  if (elsewhere !== undefined) {
    throw new ModelRefused(`The model keeps its weights in another file ("${elsewhere}").`, {
      hint: "Bring them into one file of at most 2 GB: `python -c \"import onnx; onnx.save(onnx.load('model.onnx'), 'one-file.onnx')\"`, or export with `external_data=False`.",
    });
  }
  const unknown = model.nodes.find((node) => !isKnown(node, model));
  if (!unknown) return;

  const name = unknown.domain ? `${unknown.domain}::${unknown.op}` : unknown.op;
  const rule = rules.find(({ matches }) => matches.test(unknown.op) || matches.test(name));
  throw new ModelRefused(`The graph uses the operator ${name}, which onnxruntime does not have.`, {
    hint:
      rule?.hint ?? "Export the model with ONNX's standard operators only, for example `opset=17`.",
  });
}

function isKnown({ op, domain }: GraphNode, { functions }: OnnxModel): boolean {
  if (functions.has(`${domain}::${op}`)) return true;
  return domains.has(domain) && !rules.slice(0, 2).some(({ matches }) => matches.test(op));
}
