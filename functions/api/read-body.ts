import type * as z from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";

interface BodyFacts {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}

const faultsShown = 10;

/** The JSON of a request's body, by its schema; every way in which it is not that has its problem. */
export function readBody<Schema extends z.ZodType>(
  { headers, body = "", isBase64Encoded }: BodyFacts,
  schema: Schema,
): z.output<Schema> {
  const contentType = headers["content-type"] ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType)) {
    throw new PermanentError(
      "UNSUPPORTED_MEDIA_TYPE",
      contentType ? `The content-type is ${contentType}.` : "There is no content-type.",
    );
  }

  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  if (bytes.byteLength > limits.requestBytesMax) {
    throw new PermanentError(
      "REQUEST_TOO_LARGE",
      `The body has ${bytes.byteLength} bytes; ${limits.requestBytesMax} are taken.`,
    );
  }
  return readInput(parseJson(bytes), schema);
}

/** Input by its schema, or INVALID_REQUEST with each field named. */
export function readInput<Schema extends z.ZodType>(
  input: unknown,
  schema: Schema,
): z.output<Schema> {
  const read = schema.safeParse(input);
  if (read.success) return read.data;

  const faults = read.error.issues.map(({ path, message }) =>
    path.length ? `${path.join(".")}: ${message}` : message,
  );
  throw new PermanentError("INVALID_REQUEST", faults.slice(0, faultsShown).join("; "));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new PermanentError("INVALID_JSON", (error as Error).message, { cause: error });
  }
}
