/** What a thread is told before it loads its function. */
export interface ThreadData {
  readonly modulePath: string;
  readonly exportName: string;
}

export interface Invocation {
  /** JSON, as Lambda hands it over. */
  readonly event: string;
  readonly requestId: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMebibytes: number;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

export type ThreadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly result: string }
  | { readonly kind: "error"; readonly errorType: string; readonly message: string };
