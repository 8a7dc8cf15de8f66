import type { Claim, Part } from "./claim.ts";
import { fits, pixels } from "./presets.ts";

/** Something that a person has to say before the model is used. */
export interface Question {
  readonly part: Part;
  readonly text: string;
  /** What is supposed, in words; absent where nothing is. */
  readonly supposed?: string;
  /** The value for the flag that says so. */
  readonly default?: string;
  readonly choices?: readonly string[];
  /** The flag that answers it. */
  readonly flag: string;
}

type Asked = "output" | "size" | "pixels" | "fit" | "classes";

const texts: Readonly<Record<Asked, string>> = {
  output: "How are the outputs to be read?",
  size: "Which size do pictures have that go in?",
  pixels: "How do the pixels' values go in?",
  fit: "How is a picture brought to that size?",
  classes: "What are the classes called?",
};

/** The parts without which a model cannot run. */
export const askedParts = Object.keys(texts) as readonly Asked[];

/** The question about a part of which nobody is sure. */
export function questionAbout(
  part: Asked,
  claim: Claim | undefined,
  families: readonly string[],
): Question {
  const common = { part, text: texts[part] };
  const input = claim?.patch.input;
  if (part === "pixels") {
    return {
      ...common,
      ...named(pixels, input),
      flag: "--set pixels=NAME",
      choices: Object.keys(pixels),
    };
  }
  if (part === "fit") {
    return { ...common, ...named(fits, input), flag: "--set fit=NAME", choices: Object.keys(fits) };
  }
  if (part === "size") {
    const shown = input && `${input.width}x${input.height}`;
    return {
      ...common,
      flag: "--set size=WIDTHxHEIGHT",
      ...(shown && { supposed: shown, default: shown }),
    };
  }
  if (part === "classes") {
    const classes = claim?.patch.classes;
    return {
      ...common,
      flag: "--classes coco|FILE|a,b,c",
      ...(classes && {
        supposed: `${shortened(classes)} (${claim.why})`,
        default: classes.join(","),
      }),
    };
  }
  const supposed =
    claim?.patch.output && `${claim.patch.family ?? ""} (decoder ${claim.patch.output.decoder})`;
  return {
    ...common,
    flag: "--set family=NAME",
    choices: families,
    ...(supposed &&
      families[0] !== undefined && { supposed: supposed.trim(), default: families[0] }),
  };
}

function named(
  presets: Readonly<Record<string, object>>,
  input: object | undefined,
): Pick<Question, "supposed" | "default"> {
  if (!input) return {};
  const entry = Object.entries(presets).find(
    ([, preset]) => JSON.stringify(preset) === JSON.stringify(input),
  );
  return entry ? { supposed: entry[0], default: entry[0] } : { supposed: JSON.stringify(input) };
}

const shortened = (classes: readonly string[]) =>
  classes.length <= 6
    ? classes.join(", ")
    : `${classes.slice(0, 3).join(", ")}, … ${classes.at(-1)}: ${classes.length} classes`;
