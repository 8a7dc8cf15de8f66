import * as z from "zod";
import { claimsOfOne, type Claim } from "../claim.ts";
import { fits, type FitName } from "../presets.ts";
import { readJson, type SidecarFiles } from "./sidecar-files.ts";

const Three = z.tuple([z.number(), z.number(), z.number()]);

/** Roboflow's `inference_config.json`, the part about the input. */
const Network = z.object({
  training_input_size: z
    .object({ height: z.int().positive(), width: z.int().positive() })
    .optional(),
  color_mode: z.enum(["rgb", "bgr"]),
  resize_mode: z.string(),
  padding_value: z.int().min(0).max(255).nullish(),
  scaling_factor: z.number().positive().nullish(),
  normalization: z.tuple([Three, Three]).nullish(),
});

const modes: Readonly<Record<string, FitName>> = {
  stretch: "stretch",
  letterbox: "letterbox",
  "letterbox-reflect-edges": "letterbox",
};

/** Supposed of a mode that the worker does not have, such as a cut from the middle. */
const otherwise = { input: fits.stretch };

/** What Roboflow's `inference_config.json` or `model_config.json` beside the model says of its input. */
export async function roboflowClaims(files: SidecarFiles): Promise<readonly Claim[]> {
  for (const name of ["inference_config.json", "model_config.json"]) {
    const json = await readJson(files, name);
    const read = Network.safeParse(json?.["network_input"]);
    if (read.success) return claimsOf(read.data, name);
  }
  return [];
}

function claimsOf(network: z.infer<typeof Network>, name: string): readonly Claim[] {
  const claim = claimsOfOne({ by: "sidecar", confidence: 0.96, why: `Roboflow's ${name}` });
  const {
    training_input_size: size,
    color_mode,
    resize_mode,
    padding_value,
    scaling_factor,
    normalization,
  } = network;
  const fit = modes[resize_mode];
  return [
    claim("pixels", {
      input: {
        channels: color_mode === "rgb" ? "RGB" : "BGR",
        scale: 1 / (scaling_factor ?? 1),
        mean: normalization?.[0] ?? [0, 0, 0],
        std: normalization?.[1] ?? [1, 1, 1],
      },
    }),
    ...(fit === undefined
      ? [
          {
            ...claim("fit", otherwise),
            confidence: 0.4,
            why: `${name} has the resize_mode "${resize_mode}", which is not known here`,
            isOpen: true,
          },
        ]
      : [
          claim("fit", {
            input: {
              ...fits[fit],
              ...(fit !== "stretch" && typeof padding_value === "number" && { pad: padding_value }),
            },
          }),
        ]),
    ...(size ? [claim("size", { input: size })] : []),
  ];
}
