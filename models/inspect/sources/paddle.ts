import { parse } from "yaml";
import * as z from "zod";
import { claimsOfOne, type Claim, type Patch } from "../claim.ts";
import { fits } from "../presets.ts";
import { namesIn } from "./python-literal.ts";
import type { SidecarFiles } from "./sidecar-files.ts";

const Three = z.tuple([z.number(), z.number(), z.number()]);

/** What PaddleDetection's and PaddleX's exports say beside the model (deploy/python/preprocess.py names the steps). */
const Configuration = z.object({
  Preprocess: z.array(z.looseObject({ type: z.string() })),
  label_list: z.unknown(),
});
const Resize = z.object({
  /** Height and width. */
  target_size: z.tuple([z.int().positive(), z.int().positive()]),
  keep_ratio: z.boolean().default(true),
});
const NormalizeImage = z.object({
  mean: Three,
  std: Three,
  is_scale: z.boolean().default(true),
  norm_type: z.string().default("mean_std"),
});

/** Any other step moves the picture or pads it. */
const stretching = new Set(["Resize", "NormalizeImage", "Permute"]);

/** What Paddle's `infer_cfg.yml` or `inference.yml` beside the model says of its input and its classes. */
export async function paddleClaims(files: SidecarFiles): Promise<readonly Claim[]> {
  for (const name of ["infer_cfg.yml", "inference.yml"]) {
    const text = await files.read(name);
    const read = Configuration.safeParse(text === undefined ? undefined : yamlIn(text));
    if (read.success) return claimsOf(read.data, name);
  }
  return [];
}

function yamlIn(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

function claimsOf(
  { Preprocess: steps, label_list }: z.infer<typeof Configuration>,
  name: string,
): readonly Claim[] {
  const claim = claimsOfOne({ by: "sidecar", confidence: 0.96, why: `Paddle's ${name}` });
  const stepOf = (type: string) => steps.find((step) => step.type === type);
  const resize = Resize.safeParse(stepOf("Resize"));
  const normalised = NormalizeImage.safeParse(stepOf("NormalizeImage"));
  const [height, width] = resize.data?.target_size ?? [];
  const isStretched =
    resize.data?.keep_ratio === false && steps.every(({ type }) => stretching.has(type));
  const classes = namesIn(label_list);
  return [
    ...(normalised.success ? [claim("pixels", { input: pixelsOf(normalised.data) })] : []),
    ...(width !== undefined && height !== undefined && isStretched
      ? [claim("size", { input: { width, height } })]
      : []),
    isStretched
      ? claim("fit", { input: fits.stretch })
      : {
          ...claim("fit", { input: fits["letterbox-top-left-black"] }),
          confidence: 0.5,
          why: `Paddle's ${name} has steps other than stretching: ${steps.map(({ type }) => type).join(", ")}`,
          isOpen: true,
        },
    ...(classes ? [claim("classes", { classes: [...classes] })] : []),
  ];
}

/** In the order of RGB, as Paddle decodes pictures; without a deviation where the type is another than mean_std. */
function pixelsOf({
  mean,
  std,
  is_scale,
  norm_type,
}: z.infer<typeof NormalizeImage>): NonNullable<Patch["input"]> {
  const isNormalised = norm_type === "mean_std";
  return {
    channels: "RGB",
    scale: is_scale ? 1 / 255 : 1,
    mean: isNormalised ? mean : [0, 0, 0],
    std: isNormalised ? std : [1, 1, 1],
  };
}
