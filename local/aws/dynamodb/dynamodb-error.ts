/** A refusal in the shape that dynalite throws and the wire carries. */
export class DynamoDbError extends Error {
  readonly statusCode = 400;
  body: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.body = { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, ...details };
  }
}

export const validationError = (message: string) =>
  new DynamoDbError("ValidationException", message);

/** Whether dynalite or this emulator refused the request, rather than failed. */
export function isRefusal(error: unknown): error is Pick<DynamoDbError, "statusCode" | "body"> {
  return error instanceof Error && "statusCode" in error && "body" in error;
}

/** The refusal's code without its namespace. */
export function refusalCode({ body }: Pick<DynamoDbError, "body">): string {
  return String(body["__type"]).replace(/^.*#/, "");
}
