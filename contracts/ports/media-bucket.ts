export interface ObjectFacts {
  readonly key: string;
  readonly sizeBytes: number;
  /** With its quotes, as S3 gives it. */
  readonly etag: string;
  readonly lastModified: number;
}

/** Videos, results and models. */
export interface MediaBucket {
  head(key: string): Promise<ObjectFacts | undefined>;
  /** Throws PermanentError SOURCE_MISSING when there is none, SOURCE_CHANGED when `ifMatch` is another's etag. */
  read(
    key: string,
    options?: { ifMatch?: string; signal?: AbortSignal },
  ): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Stores a new object, never over another (`If-None-Match: *`). An object of the same bytes already there is a
   * success: the response of an earlier try was lost. Throws when other bytes are there. Whether it is stored where the
   * signal aborts is open.
   */
  create(
    key: string,
    body: Uint8Array | { path: string },
    facts: { contentType: string; sha256: string; signal?: AbortSignal },
  ): Promise<void>;
  /** Stores or replaces a small object. */
  replace(key: string, body: Uint8Array, facts: { contentType: string }): Promise<void>;
  list(prefix: string): AsyncIterable<ObjectFacts>;
  /** Every object and unfinished upload under the prefix. */
  removeAll(prefix: string): Promise<void>;
  remove(key: string): Promise<void>;
}

export interface SignedRequest {
  readonly method: "PUT" | "POST" | "GET" | "DELETE";
  readonly url: string;
  /** To be sent exactly so: they are signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Presigned requests for clients that talk to the bucket themselves. */
export interface MediaSigner {
  get(key: string, options?: { filename?: string; contentType?: string }): Promise<SignedRequest>;
  put(
    key: string,
    upload: { sizeBytes: number; contentType: string; sha256?: string },
  ): Promise<SignedRequest>;
  createMultipart(key: string, upload: { contentType: string }): Promise<SignedRequest>;
  uploadPart(
    key: string,
    part: { uploadId: string; partNumber: number; sizeBytes: number },
  ): Promise<SignedRequest>;
  listParts(key: string, options: { uploadId: string }): Promise<SignedRequest>;
  completeMultipart(key: string, options: { uploadId: string }): Promise<SignedRequest>;
  abortMultipart(key: string, options: { uploadId: string }): Promise<SignedRequest>;
}
