import type { SignedRequestView, SignUploadRequest } from "../../contracts/api.ts";

/** What Uppy asks to have signed; its `key` is our job's id, see uploader.ts. */
interface Presignable {
  readonly method: string;
  readonly key: string;
  readonly uploadId?: string;
  readonly partNumber?: number;
}

/** The operation of our API that a request of Uppy's stands for. */
export function signOperation({ method, uploadId, partNumber }: Presignable): SignUploadRequest {
  if (uploadId === undefined) {
    if (method === "PUT") return { operation: "put" };
    if (method === "POST") return { operation: "create_multipart" };
    throw new Error(`No operation is known for ${method} without an upload id`);
  }

  const upload_id = uploadId;
  if (method === "PUT" && partNumber !== undefined) {
    return { operation: "upload_part", upload_id, part_number: partNumber };
  }
  if (method === "GET") return { operation: "list_parts", upload_id };
  if (method === "POST") return { operation: "complete_multipart", upload_id };
  if (method === "DELETE") return { operation: "abort_multipart", upload_id };
  throw new Error(`No operation is known for ${method} with an upload id`);
}

/** Uppy's `signRequest`: the signed headers are passed on exactly as they are, or the store refuses them. */
export const signRequestWith =
  (sign: (jobId: string, request: SignUploadRequest) => Promise<SignedRequestView>) =>
  async (request: Presignable): Promise<{ url: string; headers: Record<string, string> }> => {
    const { url, headers } = await sign(request.key, signOperation(request));
    return { url, headers };
  };
