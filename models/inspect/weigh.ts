import type { ModelOutput } from "../../contracts/model-output.ts";
import { tensorsOf } from "../../contracts/output-tensors.ts";
import { ModelRefused } from "../model-refused.ts";
import type { Answers } from "./answers.ts";
import { believed, confidenceMin, type Claim, type Part, type Patch } from "./claim.ts";
import { classClaims } from "./class-claims.ts";
import type { Look } from "./look.ts";
import { nameFrom } from "./name-from.ts";
import { fits, pixels } from "./presets.ts";
import { readingsOf } from "./signatures/all-signatures.ts";
import type { Reading } from "./signatures/reading.ts";
import { ultralyticsClaims } from "./sources/ultralytics.ts";

/** Every claim about a model, and the ways in which its outputs can be read. */
export interface Weighed {
  readonly claims: readonly Claim[];
  readonly warnings: readonly string[];
  readonly readings: readonly Reading[];
}

/** Gathers what all sources claim, without what the graph contradicts; throws ModelRefused where an answer cannot be true. */
export function weigh(look: Look, answers: Answers): Weighed {
  const named = answers.said.find(({ part }) => part === "classes")?.patch.classes;
  const given = look.claims.filter(({ part }) => part === "classes");
  const fromMetadata = look.ultralytics?.names;
  const classCount =
    named?.length ?? fromMetadata?.length ?? believed(given).get("classes")?.patch.classes?.length;
  const view = { ...look.view, ...(classCount !== undefined && { classCount }) };

  const readings = readingsOf(view);
  refuseContradictions(readings, answers, named?.length, look.view);
  const reading =
    (answers.family === undefined
      ? undefined
      : readings.find(({ family }) => family === answers.family)) ?? readings[0];
  const told = [
    ...(look.ultralytics ? ultralyticsClaims(look.ultralytics, view) : []),
    ...look.claims,
  ];
  const { kept, warnings } = checked(told, look);
  const others = kept.filter(({ part }) => part !== "classes");
  const classes = kept.filter(({ part }) => part === "classes");
  // Where metadata or a sidecar says how the outputs are read, the number of classes in the signature may mean nothing.
  const isTold = others.some(
    ({ part, confidence }) => part === "output" && confidence >= confidenceMin,
  );
  const isSaid = answers.said.some(({ part }) => part === "output");
  const isSame =
    !isTold ||
    others.some(({ patch }) => patch.output && patch.output.decoder === reading?.output.decoder);
  return {
    claims: [
      ...others,
      ...classClaims(classes, isSame ? reading : undefined, look.view.model),
      ...(reading ? readingClaims(reading) : []),
      ...inputClaims(look),
    ],
    warnings: [
      ...look.warnings,
      ...warnings,
      ...rivals(readings, answers),
      ...(isTold || isSaid ? [] : (reading?.doubts ?? [])),
    ],
    readings,
  };
}

/** Answers that the graph itself contradicts are no answers. */
function refuseContradictions(
  readings: readonly Reading[],
  { family, said }: Answers,
  named: number | undefined,
  view: Look["view"],
): void {
  const families = [...new Set(readings.map((reading) => reading.family))];
  if (family !== undefined && !families.includes(family)) {
    throw new ModelRefused(`The outputs cannot be read as those of "${family}".`, {
      hint: `They can be read as ${families.join(", ") || "nothing that is known"}.`,
    });
  }
  const counts = readings.flatMap(({ classCount, output }) =>
    classCount === undefined
      ? []
      : [classCount, ...(output.decoder === "detr" ? [classCount + 1] : [])],
  );
  const isTold = said.some(({ part }) => part === "output");
  const isCounted =
    counts.length > 0 && readings.every(({ classCount }) => classCount !== undefined);
  if (named === undefined || isTold || !isCounted || counts.includes(named)) return;
  // Without the names that mislead, the readings are in their own order.
  const own = readingsOf(view)[0]?.classCount ?? counts[0];
  throw new ModelRefused(`The graph has ${own} classes, but ${named} were named.`, {
    hint: "Name all of them in the order of their ids; coco has 80, coco90 and coco91 follow COCO's own ids.",
  });
}

/** Drops what cannot be true of this graph: outputs that it does not have, another size than it is fixed to. */
function checked(claims: readonly Claim[], { view }: Look) {
  const names = new Set(view.outputs.map(({ name }) => name));
  const warnings: string[] = [];
  const kept = claims.filter(({ part, patch, why, confidence }) => {
    if (part === "output" && patch.output) {
      const missing = Object.values(tensorsOf(patch.output as ModelOutput))
        .flat()
        .filter((name) => !names.has(name));
      if (missing.length === 0) return true;
      warnings.push(`${why}: but the graph has no output ${missing.join(", ")}.`);
      return false;
    }
    if (part !== "size" || view.image.width === undefined || view.image.height === undefined)
      return true;
    const { width, height } = patch.input ?? {};
    if (width === view.width && height === view.height) return true;
    if (confidence >= confidenceMin) {
      warnings.push(
        `${why}: but the graph is fixed to ${view.width} × ${view.height}, which counts.`,
      );
    }
    return false;
  });
  return { kept, warnings };
}

function readingClaims(reading: Reading): readonly Claim[] {
  const by = reading.isProbed ? "probe" : "signature";
  const { family, confidence, output, post } = reading;
  const why = reading.why.join("; ");
  return [
    { part: "family", by, confidence, why, patch: { family } },
    { part: "output", by, confidence, why, patch: { family, output, ...(post && { post }) } },
    {
      part: "pixels",
      by: "signature",
      confidence: reading.pixels.confidence,
      why: `${reading.pixels.name}: ${reading.pixels.why}`,
      patch: { input: pixels[reading.pixels.name] },
    },
    {
      part: "fit",
      by: "signature",
      confidence: reading.fit.confidence,
      why: `${reading.fit.name}: ${reading.fit.why}`,
      patch: { input: fits[reading.fit.name] },
    },
  ];
}

function inputClaims({ path, view }: Look): readonly Claim[] {
  const { image, extras, width, height } = view;
  const isFixed = image.width !== undefined && image.height !== undefined;
  const claim = (part: Part, patch: Patch, why: string, confidence = 1): Claim => ({
    part,
    by: "signature",
    confidence,
    why,
    patch,
  });
  const { name, layout, dtype, batch } = image;
  return [
    claim(
      "input",
      { input: { name, layout, dtype, batch, extras: [...extras] } },
      "the graph's input",
    ),
    isFixed
      ? claim("size", { input: { width, height } }, `the graph is fixed to ${width} × ${height}`)
      : claim("size", { input: { width, height } }, "the graph takes any size", 0.5),
    claim("name", { name: nameFrom(path) }, "the file's name"),
    claim("version", { version: "1" }, "nobody says", 0.5),
    claim("licence", { licence: "unknown" }, "nobody says", 0.5),
  ];
}

/** Readings that are hardly worse than one that is not sure itself. */
function rivals(readings: readonly Reading[], { family }: Answers): readonly string[] {
  const [first, ...others] = readings;
  if (!first || family !== undefined || first.confidence >= confidenceMin) return [];
  return others
    .filter(({ confidence }) => confidence >= first.confidence - 0.4)
    .map(
      ({ family: other, output }) =>
        `The outputs could also be read as ${other} (decoder ${output.decoder}).`,
    );
}
