import type { ModelManifest } from "../../contracts/model.ts";
import type { ElementType, GraphValue, OnnxModel } from "../onnx/graph.ts";
import type { InputRange } from "./input-range.ts";
import type { ProbeRun, ProbeTensor } from "./probe/probe-messages.ts";

type Input = ModelManifest["input"];

/** The graph input that takes the picture. */
export interface ImageInput {
  readonly name: string;
  readonly dtype: Input["dtype"];
  readonly layout: Input["layout"];
  /** Pixels; absent where the graph leaves it open. */
  readonly width?: number;
  readonly height?: number;
  readonly batch: Input["batch"];
}

/** A graph output, with the dimensions that the graph promises or that a trial run showed. */
export interface OutputView {
  readonly name: string;
  readonly type: ElementType;
  readonly declared: GraphValue["dims"];
  /** Absent where only a run could tell. */
  readonly dims?: readonly (number | undefined)[];
}

/** Everything that a reading of the graph may look at. */
export interface GraphView {
  readonly model: OnnxModel;
  readonly image: ImageInput;
  /** Pixels that runs are made with, or will be. */
  readonly width: number;
  readonly height: number;
  readonly extras: readonly Input["extras"][number][];
  readonly outputs: readonly OutputView[];
  /** Of a grey and of a coloured picture; empty where the model was not run. */
  readonly runs: readonly ProbeRun[];
  readonly range: InputRange;
  /** How many class names are known from elsewhere. */
  readonly classCount?: number;
}

/** The output of that name, whatever the case and what stands after a colon or in front of a slash. */
export const outputNamed = (
  { outputs }: Pick<GraphView, "outputs">,
  name: RegExp,
): OutputView | undefined => outputs.find((output) => name.test(output.name));

/** What each run gave for an output. */
export const measured = ({ runs }: GraphView, name: string): readonly ProbeTensor[] =>
  runs.flatMap((run) => run[name] ?? []);
