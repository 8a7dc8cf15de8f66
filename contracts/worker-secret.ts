import * as z from "zod";

const prefix = "fqw1.";
const Content = z.strictObject({
  api: z.url({ protocol: /^https?$/ }),
  token: z.string().regex(/^fqw_[A-Za-z0-9_-]{43}$/),
});

/** All that a worker elsewhere needs: where the API is, and the token that opens it. */
export type WorkerSecret = z.infer<typeof Content>;

/** Both as one text, so that a notebook needs one secret: `fqw1.` and base64url JSON. */
export const workerSecretText = (secret: WorkerSecret): string =>
  prefix + Buffer.from(JSON.stringify(secret)).toString("base64url");

/** Reads such a text; undefined where it is not one, or not a whole one. */
export function readWorkerSecret(text: string): WorkerSecret | undefined {
  if (!text.startsWith(prefix)) return undefined;
  try {
    const json: unknown = JSON.parse(
      Buffer.from(text.slice(prefix.length), "base64url").toString(),
    );
    return Content.safeParse(json).data;
  } catch {
    return undefined;
  }
}
