import { ApiProblem } from "../api/client.ts";

/** What is to be done about a failed upload. */
export type UploadFault =
  /** The object is there: an earlier try worked and only its answer was lost. */
  | { readonly kind: "perhaps-done" }
  /** The store has forgotten the multipart upload. */
  | { readonly kind: "start-over" }
  | { readonly kind: "failed"; readonly message: string; readonly hint: string };

interface StoreError {
  readonly status?: number;
  readonly serviceCode?: string;
}

/** Reads the error of an upload: of our API's, or of S3's through Uppy. */
export function uploadFault(error: unknown): UploadFault {
  if (error instanceof ApiProblem) {
    if (error.code === "UPLOAD_NOT_EXPECTED") return { kind: "perhaps-done" };
    return { kind: "failed", message: error.title, hint: error.hint };
  }

  const { status, serviceCode } = error as StoreError;
  if (status === 412 || serviceCode === "PreconditionFailed") return { kind: "perhaps-done" };
  if (serviceCode === "NoSuchUpload") return { kind: "start-over" };

  const code = serviceCode === undefined ? "" : ` (${serviceCode})`;
  if (status === undefined || status === 0) {
    return {
      kind: "failed",
      message: "The storage does not answer",
      hint: "Check the connection, or the bucket's CORS rules. What has arrived is kept.",
    };
  }
  if (status === 403) {
    return {
      kind: "failed",
      message: `The storage refused the upload${code}`,
      hint: "The signature may have run out, or the file may have changed since it was chosen. Try again.",
    };
  }
  return {
    kind: "failed",
    message: `The storage answered ${status}${code}`,
    hint:
      status >= 500
        ? "It is busy; try again in a moment."
        : "Try again; choose the file anew if it stays so.",
  };
}
