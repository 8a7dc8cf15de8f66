import { elementText } from "./s3-xml.ts";

/** The storage refused a request, or did not answer (status 0). */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly status: number;
  /** S3's own code, such as NoSuchUpload. */
  readonly code: string;

  constructor(
    { status, code, detail }: { status: number; code: string; detail: string },
    options?: ErrorOptions,
  ) {
    super(
      `${status === 0 ? "The storage does not answer" : "The storage refuses"}: ${detail}`,
      options,
    );
    this.status = status;
    this.code = code;
  }

  /** Whether the same request, newly signed, may succeed a little later. */
  get mayPass(): boolean {
    return (
      [0, 408, 429].includes(this.status) ||
      this.status >= 500 ||
      // 409: another write of the same key is under way. The others: the connection or the signature was too slow.
      ["ConditionalRequestConflict", "RequestTimeout", "RequestExpired"].includes(this.code) ||
      (this.code === "AccessDenied" && /expired/i.test(this.message))
    );
  }
}

/** Reads S3's XML refusal. */
export function storeRefusal(status: number, xml: string): StoreError {
  const code = elementText(xml, "Code") ?? `HTTP ${status}`;
  const message = elementText(xml, "Message") ?? "no reason given";
  return new StoreError({ status, code, detail: `${status} ${code}: ${message}` });
}
