import { ModelRefused } from "../model-refused.ts";
import type { Dim } from "../onnx/graph.ts";
import { readModel } from "../onnx/read-model.ts";
import type { Claim } from "./claim.ts";
import { imageInputOf } from "./image-input.ts";
import { inputRangeOf } from "./input-range.ts";
import { feedsOf } from "./probe/feeds.ts";
import type { ProbeRun } from "./probe/probe-messages.ts";
import type { RunProbe } from "./probe/run-probe.ts";
import { refuseUnsupported } from "./refuse-unsupported.ts";
import { classListClaims } from "./sources/class-lists.ts";
import { huggingFaceClaims } from "./sources/hugging-face.ts";
import { libreYoloClaims } from "./sources/libreyolo.ts";
import { lightlyTrainClaims } from "./sources/lightly-train.ts";
import { otxClaims } from "./sources/otx.ts";
import { ownManifestClaims } from "./sources/own-manifest.ts";
import { paddleClaims } from "./sources/paddle.ts";
import { plainClaims } from "./sources/plain-metadata.ts";
import { rfDetrClaims } from "./sources/rf-detr.ts";
import { roboflowClaims } from "./sources/roboflow.ts";
import { sidecarFiles } from "./sources/sidecar-files.ts";
import { ultralyticsFacts, type UltralyticsFacts } from "./sources/ultralytics.ts";
import type { GraphView, OutputView } from "./view.ts";

/** Everything that was seen of a model, before any conclusion. */
export interface Look {
  readonly path: string;
  readonly file: { readonly sha256: string; readonly sizeBytes: number };
  readonly view: Omit<GraphView, "classCount">;
  readonly ultralytics?: UltralyticsFacts;
  /** Claims that do not depend on how the outputs are read. */
  readonly claims: readonly Claim[];
  readonly warnings: readonly string[];
}

export interface LookOptions {
  readonly file: Look["file"];
  /** Where its bytes are read, where that is not its path: of a model that was brought into one file. */
  readonly readFrom?: string;
  /** Absent: the model is not run, and what only a run can show stays a question. */
  readonly runProbe?: RunProbe;
  /** Pixels, where the person has said so and the graph leaves it open. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** Usual where a graph takes pictures of any size: the default of most exporters. */
export const usualSize = { width: 640, height: 640 };

/** Reads the file, what lies beside it, and runs it; throws ModelRefused where it cannot be used whatever anybody says. */
export async function lookAt(
  path: string,
  { file, readFrom = path, runProbe, size }: LookOptions,
): Promise<Look> {
  const model = await readModel(readFrom);
  refuseUnsupported(model);
  const ultralytics = ultralyticsFacts(model.metadata);
  const fromExporter = [
    ...rfDetrClaims(model.metadata),
    ...libreYoloClaims(model.metadata, model.outputs),
    ...otxClaims(model.metadata, model.outputs),
    ...lightlyTrainClaims(model.metadata),
  ];
  const { image, extras } = imageInputOf(model);

  const sidecars = await sidecarFiles(path);
  const own = await ownManifestClaims(sidecars, file);
  const claims = [
    ...fromExporter,
    ...plainClaims(model.metadata),
    ...own.claims,
    ...(await huggingFaceClaims(sidecars)),
    ...(await roboflowClaims(sidecars)),
    ...(await paddleClaims(sidecars)),
    ...(await classListClaims(sidecars)),
  ];
  const said = ultralytics?.size;
  const sizes = [
    size,
    said && { width: said[1], height: said[0] },
    ...claims.filter(({ part }) => part === "size").map(({ patch }) => patch.input),
    usualSize,
  ];
  const { width = image.width, height = image.height } = sizes.find((each) => each !== undefined)!;
  const facts = {
    model,
    image,
    extras,
    width: image.width ?? width!,
    height: image.height ?? height!,
    range: await inputRangeOf(model, image.name),
  };
  const runs = runProbe ? await runsOf(readFrom, facts, runProbe) : [];
  const outputs = model.outputs.map((output): OutputView => {
    const shown = runs.at(-1)?.[output.name]?.dims;
    return {
      name: output.name,
      type: output.type,
      declared: output.dims,
      ...dimsOf(output.dims, shown),
    };
  });
  return {
    path,
    file,
    view: { ...facts, outputs, runs },
    ...(ultralytics && { ultralytics }),
    claims,
    warnings: own.warning === undefined ? [] : [own.warning],
  };
}

/** Of what the graph promises and what a run showed; a number that only a run showed may be another one next time. */
function dimsOf(
  declared: readonly Dim[] | undefined,
  shown: readonly number[] | undefined,
): Pick<OutputView, "dims"> {
  if (shown) return { dims: shown };
  if (!declared) return {};
  return { dims: declared.map((dim) => (typeof dim === "number" ? dim : undefined)) };
}

async function runsOf(
  path: string,
  facts: Parameters<typeof feedsOf>[0],
  runProbe: RunProbe,
): Promise<readonly ProbeRun[]> {
  const reply = await runProbe({ path, runs: feedsOf(facts) });
  if ("runs" in reply) return reply.runs;

  const said = reply.message.replaceAll(/\s+/g, " ").slice(0, 300);
  if (reply.failed === "load") {
    throw new ModelRefused(`onnxruntime cannot load the model: ${said}`, {
      hint: /opset/i.test(said)
        ? "Export it with an older `opset=17`."
        : "Export it again with standard operators, for example `yolo export format=onnx opset=17 simplify=True`.",
    });
  }
  const isOpen = facts.image.width === undefined || facts.image.height === undefined;
  throw new ModelRefused(`onnxruntime cannot run the model: ${said}`, {
    hint: isOpen
      ? `It was tried with ${facts.width} × ${facts.height}. Name the size that it was trained for (--set size=WIDTHxHEIGHT), or export it with \`dynamic=False\`.`
      : "Export it again, with `dynamic=False` and `simplify=True` where the exporter has them.",
  });
}
