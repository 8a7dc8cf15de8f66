/** A tensor to feed the model with, made where it is needed. */
export interface ProbeFeed {
  readonly name: string;
  readonly type: "float32" | "float16" | "uint8" | "int64" | "int32";
  readonly dims: readonly number[];
  /** `grey`: one level, halfway; `noise`: blocks of colour; both between 0 and `top`. */
  readonly fill:
    | { readonly picture: "grey" | "noise"; readonly top: number; readonly channelsLast: boolean }
    | { readonly values: readonly number[] };
}

/** A model and the runs that are wanted of it. */
export interface ProbeRequest {
  readonly path: string;
  readonly runs: readonly (readonly ProbeFeed[])[];
}

/** What came out, as numbers whatever the type; absent where there were too many to send. */
export interface ProbeTensor {
  readonly dims: readonly number[];
  readonly values?: Float32Array | Float64Array;
}
export type ProbeRun = Readonly<Record<string, ProbeTensor>>;

export type ProbeReply =
  | { readonly runs: readonly ProbeRun[] }
  | { readonly failed: "load" | "run"; readonly message: string };
