/** What a look at one hop has shown. */
export interface Finding {
  readonly hop: string;
  /** `unknown`: nothing could be asked, because an earlier hop is broken. */
  readonly verdict: "ok" | "warning" | "broken" | "unknown";
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

type Rest = [message: string, hint?: string];
const finding =
  (verdict: Finding["verdict"]) =>
  (hop: string, ...[message, hint]: Rest): Finding => ({
    hop,
    verdict,
    message,
    ...(hint !== undefined && { hint }),
  });

export const ok = finding("ok");
export const warning = finding("warning");
export const broken = finding("broken");
export const unknown = finding("unknown");
