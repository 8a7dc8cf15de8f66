/** A request whose body has arrived. */
export interface HttpRequest {
  readonly method: string;
  /** As it came, still percent-encoded. */
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
  /** By lower-case name; several of one name are joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly sourceIp: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array | string;
}

/** An answer of the gateway's or the edge's own, in API Gateway's form. */
export const message = (status: number, text: string): HttpResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ message: text }),
});
