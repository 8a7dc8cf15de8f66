import type { Claim, Part, Patch } from "../claim.ts";
import { fits } from "../presets.ts";
import { namesIn } from "./python-literal.ts";
import { readJson, type SidecarFiles } from "./sidecar-files.ts";

/** Model types whose logits end in "no object"; the others have a sigmoid for each class (transformers' image processors). */
const softmaxTypes = new Set(["detr", "yolos", "table-transformer"]);
const sigmoidTypes =
  /^(?:conditional_detr|deformable_detr|deta|rt_detr(?:_v2)?|d_fine|dab-detr|deimv?2?|lw_detr|rf_detr)$/;

/** `config.json` and `preprocessor_config.json` of Hugging Face, beside the model or above its folder `onnx`. */
export async function huggingFaceClaims(files: SidecarFiles): Promise<readonly Claim[]> {
  const config = await readJson(files, "config.json");
  const preprocessor = await readJson(files, "preprocessor_config.json");
  return [
    ...(config ? configClaims(config) : []),
    ...(preprocessor ? preprocessorClaims(preprocessor) : []),
  ];
}

const claim = (part: Part, patch: Patch, why: string, confidence = 0.97): Claim => ({
  part,
  by: "sidecar",
  confidence,
  why,
  patch,
});

function configClaims(config: Record<string, unknown>): readonly Claim[] {
  const type = config["model_type"];
  const names = namesIn(config["id2label"]);
  const isNamed = names && !names.every((name) => /^LABEL_\d+$/.test(name));
  const claims: Claim[] = [];
  if (isNamed) {
    claims.push(
      claim("classes", { classes: [...names] }, `config.json names ${names.length} classes`),
    );
  }
  if (typeof type !== "string") return claims;
  const isSoftmax = softmaxTypes.has(type);
  if (!isSoftmax && !sigmoidTypes.test(type)) return claims;
  const family = isSoftmax ? "detr" : type === "rf_detr" ? "rf-detr" : "rt-detr";
  return [
    ...claims,
    claim("family", { family }, `config.json: model_type ${type}`),
    claim(
      "output",
      {
        output: {
          decoder: "detr",
          tensors: { logits: "logits", boxes: "pred_boxes" },
          activation: isSoftmax ? "softmax" : "sigmoid",
        },
        post: { nms: "none" },
      },
      `config.json: model_type ${type}, ${isSoftmax ? 'softmax with "no object" last' : "a sigmoid for each class"}`,
    ),
  ];
}

function preprocessorClaims(facts: Record<string, unknown>): readonly Claim[] {
  return [...pixelClaims(facts), ...sizeClaims(facts)];
}

const why = "preprocessor_config.json";

/** What transformers' image processors multiply with where nothing else is said; files of before 4.25 do not say it. */
const usualScale = 1 / 255;

function pixelClaims(facts: Record<string, unknown>): readonly Claim[] {
  const isAbout = ["do_rescale", "rescale_factor", "do_normalize", "image_mean"].some(
    (key) => key in facts,
  );
  const { do_rescale, rescale_factor = usualScale } = facts;
  const scale = do_rescale === false ? 1 : rescale_factor;
  const isNormalised = facts["do_normalize"] !== false;
  const [mean, std] = [three(facts["image_mean"]), three(facts["image_std"])];
  if (!isAbout || typeof scale !== "number" || (isNormalised && !(mean && std))) return [];
  return [
    claim(
      "pixels",
      {
        input: {
          channels: "RGB",
          scale,
          mean: isNormalised ? mean! : [0, 0, 0],
          std: isNormalised ? std! : [1, 1, 1],
        },
      },
      `${why}: scale ${scale.toPrecision(3)}, ${isNormalised ? "mean and deviation as given" : "not normalised"}`,
    ),
  ];
}

function sizeClaims({ size, max_size }: Record<string, unknown>): readonly Claim[] {
  // Before 4.26 a number: of the shorter edge where there is one for the longer, of both where not.
  const said =
    typeof size === "number" && max_size === undefined ? { height: size, width: size } : size;
  if (said === undefined || said === null) return [];
  const { height, width, ...edges } = said as Readonly<Record<string, unknown>>;
  if (typeof height === "number" && typeof width === "number") {
    return [
      claim("size", { input: { width, height } }, `${why}: ${width} × ${height}`),
      claim("fit", { input: fits.stretch }, `${why}: a size to stretch to`),
    ];
  }
  // The picture keeps its aspect; in a graph of one size the rest is padded, on the right and below.
  const input = fits["letterbox-top-left-black"];
  const shortest = typeof size === "number" ? size : edges["shortest_edge"];
  const longest = typeof size === "number" ? max_size : edges["longest_edge"];
  return [
    // Into this a picture that lies is scaled as the processor does it: no edge beyond its limit.
    ...(typeof shortest === "number" && typeof longest === "number" && shortest < longest
      ? [
          claim(
            "size",
            { input: { width: longest, height: shortest } },
            `${why}: edges of at most ${longest} and ${shortest}`,
            0.7,
          ),
        ]
      : []),
    { ...claim("fit", { input }, `${why}: limits for the edges, no size`, 0.85), isOpen: true },
  ];
}

function three(value: unknown): [number, number, number] | undefined {
  return Array.isArray(value) &&
    value.length === 3 &&
    value.every((each) => typeof each === "number")
    ? (value as [number, number, number])
    : undefined;
}
