import type { SignedRequestView, SignUploadRequest } from "../../contracts/api.ts";
import { PermanentError } from "../../contracts/errors.ts";
import type { JobRow } from "../../contracts/job.ts";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import type { MediaSigner, SignedRequest } from "../../contracts/ports/media-bucket.ts";
import { findJob } from "./find-job.ts";
import type { RouteRequest } from "./route-request.ts";
import { signedRequestView } from "./signed-request-view.ts";

export interface SignUploadDependencies {
  readonly jobs: JobStore;
  readonly signer: MediaSigner;
}

/** Signs one S3 operation on the job's own key, and on no other, while the job waits for its video. */
export function signUpload({ jobs, signer }: SignUploadDependencies) {
  return async ({
    body,
    ...ids
  }: Pick<RouteRequest<"signUpload">, "owner" | "jobId" | "body">): Promise<SignedRequestView> => {
    const row = await findJob(jobs, ids);
    if (row.status !== "awaiting_upload") {
      throw new PermanentError("UPLOAD_NOT_EXPECTED", `The job is ${row.status}.`);
    }
    return signedRequestView(await sign(row, body, signer));
  };
}

function sign(row: JobRow, body: SignUploadRequest, signer: MediaSigner): Promise<SignedRequest> {
  const { contentType, sizeBytes = 0 } = row;
  const key = keys.upload(row.jobId);
  switch (body.operation) {
    case "put":
      if (sizeBytes > limits.putBytesMax) {
        throw new PermanentError(
          "INVALID_REQUEST",
          `operation: ${sizeBytes} bytes are too many for one PUT; upload them in parts`,
        );
      }
      return signer.put(key, { sizeBytes, contentType });
    case "create_multipart":
      return signer.createMultipart(key, { contentType });
    case "upload_part":
      return signer.uploadPart(key, {
        uploadId: body.upload_id,
        partNumber: body.part_number,
        sizeBytes: partSize(row, body.part_number),
      });
    case "list_parts":
      return signer.listParts(key, { uploadId: body.upload_id });
    case "complete_multipart":
      return signer.completeMultipart(key, { uploadId: body.upload_id });
    case "abort_multipart":
      return signer.abortMultipart(key, { uploadId: body.upload_id });
    default:
      return body satisfies never;
  }
}

/** All parts have one size but the last, which has what is left. */
function partSize({ sizeBytes = 0, partBytes = sizeBytes }: JobRow, partNumber: number): number {
  const start = (partNumber - 1) * partBytes;
  if (start < sizeBytes) return Math.min(partBytes, sizeBytes - start);
  throw new PermanentError(
    "INVALID_REQUEST",
    `part_number: the upload has ${Math.ceil(sizeBytes / partBytes)} parts`,
  );
}
