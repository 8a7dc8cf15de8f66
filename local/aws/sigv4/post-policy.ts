import { AwsError } from "../aws-error.ts";
import { credentialsOf } from "./credentials-of.ts";
import { checkStringSignature } from "./signature.ts";
import type { Verifier } from "./verifier.ts";
import { parseScope } from "./verify-request.ts";

/** What a policy leaves to be checked while the file streams in. */
export interface PostLimits {
  readonly sizeBytesMin: number;
  readonly sizeBytesMax: number;
}

type PolicyCondition = readonly unknown[] | Readonly<Record<string, string>>;

/** Fields that carry the signature or the file itself and need no condition. */
const fieldsWithoutCondition = ["policy", "x-amz-signature", "file", "bucket"];

/** Refuses a browser's form whose policy is unsigned, expired or does not cover every field. Field names are lower-case. */
export function verifyPostPolicy(
  fields: ReadonlyMap<string, string>,
  { bucket, key }: { bucket: string; key: string },
  verifier: Verifier,
): PostLimits {
  const encoded = fields.get("policy");
  if (!encoded) throw new AwsError(403, "AccessDenied", "Access Denied");
  const scope = parseScope(
    fields.get("x-amz-credential") ?? "",
    fields.get("x-amz-date") ?? "",
    verifier,
    (message) => new AwsError(400, "InvalidArgument", message),
  );
  checkStringSignature(
    scope,
    encoded,
    fields.get("x-amz-signature") ?? "",
    credentialsOf(scope.accessKeyId, fields.get("x-amz-security-token"), verifier),
  );

  const policy = parsePolicy(encoded);
  if (!(Date.parse(policy.expiration) > Date.now())) throw denied("Policy expired.");
  const values = new Map([...fields, ["bucket", bucket], ["key", key]]);
  const covered = new Set(fieldsWithoutCondition);
  let limits = { sizeBytesMin: 0, sizeBytesMax: Number.POSITIVE_INFINITY };
  for (const condition of policy.conditions) {
    const { operator, name, operand } = parseCondition(condition);
    if (operator === "content-length-range") {
      limits = { sizeBytesMin: Number(name), sizeBytesMax: Number(operand) };
      continue;
    }
    covered.add(name);
    const value = values.get(name);
    const met = operator === "eq" ? value === operand : (value ?? "").startsWith(operand);
    if (!met) throw denied(`Policy Condition failed: ${JSON.stringify(condition)}`);
  }
  for (const name of fields.keys()) {
    if (!covered.has(name) && !name.startsWith("x-ignore-")) {
      throw denied(`Extra input fields: ${name}`);
    }
  }
  return limits;
}

function parsePolicy(encoded: string): { expiration: string; conditions: PolicyCondition[] } {
  try {
    return JSON.parse(Buffer.from(encoded, "base64").toString());
  } catch {
    throw new AwsError(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.");
  }
}

function parseCondition(condition: PolicyCondition) {
  if (!Array.isArray(condition)) {
    const [name = "", operand = ""] = Object.entries(condition)[0] ?? [];
    return { operator: "eq", name: name.toLowerCase(), operand: String(operand) };
  }
  const [operator, name, operand] = condition.map(String) as [string, string, string];
  return {
    operator: operator.toLowerCase(),
    name: name.replace(/^\$/, "").toLowerCase(),
    operand,
  };
}

function denied(reason: string): AwsError {
  return new AwsError(403, "AccessDenied", `Invalid according to Policy: ${reason}`);
}
