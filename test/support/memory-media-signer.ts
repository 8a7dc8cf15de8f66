import { limits } from "../../contracts/limits.ts";
import type { MediaSigner, SignedRequest } from "../../contracts/ports/media-bucket.ts";

/** Signs by writing into the URL what was asked for. */
export function memoryMediaSigner(now: () => number): MediaSigner {
  const sign = async (
    method: SignedRequest["method"],
    key: string,
    asked: Record<string, unknown> = {},
  ): Promise<SignedRequest> => {
    const query = Object.entries(asked).map(([name, value]) => [name, String(value)] as const);
    return {
      method,
      url: `https://bucket.test/${encodeURI(key)}?${new URLSearchParams(Object.fromEntries(query)).toString()}`,
      headers: {},
      expiresAt: now() + limits.presignSeconds * 1000,
    };
  };
  return {
    get: (key, options) => sign("GET", key, { ...options }),
    put: (key, upload) => sign("PUT", key, { ...upload }),
    createMultipart: (key, upload) => sign("POST", key, { uploads: "", ...upload }),
    uploadPart: (key, part) => sign("PUT", key, { ...part }),
    listParts: (key, options) => sign("GET", key, { ...options }),
    completeMultipart: (key, options) => sign("POST", key, { ...options }),
    abortMultipart: (key, options) => sign("DELETE", key, { ...options }),
  };
}
