import { printable } from "./printable.ts";

/** An ONNX file that cannot be used as it is: why, and what the person can do about it. */
export class ModelRefused extends Error {
  override readonly name = "ModelRefused";
  readonly hint: string;

  constructor(message: string, { hint, cause }: { hint: string; cause?: unknown }) {
    super(printable(message), { cause });
    this.hint = printable(hint);
  }
}
