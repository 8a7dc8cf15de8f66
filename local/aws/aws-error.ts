/** A refusal as AWS spells it: HTTP status, error code, sentence, and the fields that belong to the code. */
export class AwsError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Readonly<Record<string, string | number>>;

  constructor(
    status: number,
    code: string,
    message: string,
    fields: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
    this.name = "AwsError";
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}
