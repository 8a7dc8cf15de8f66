import type {
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
} from "aws-lambda";
import { accessKeyKinds, type AccessKeyKind } from "../../contracts/access-key.ts";
import { PermanentError } from "../../contracts/errors.ts";

interface Authorizer {
  readonly lambda?: {
    readonly owner?: unknown;
    readonly kind?: unknown;
    readonly key_id?: unknown;
  } | null;
  readonly jwt?: { readonly claims?: { readonly sub?: unknown } };
}

/** An HTTP API's event, payload 2.0, with what either kind of authorizer may add. */
export type ApiEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { readonly authorizer?: Authorizer }
>;

/** Whose request it is, and with what kind of secret it came. */
export interface Caller {
  readonly owner: string;
  readonly kind: AccessKeyKind;
  /** Of the key or token; a JWT has none. */
  readonly keyId: string | undefined;
}

/** Who the authorizer says is calling; throws NOT_AUTHENTICATED where it says nobody, or says it incompletely. */
export function callerOf({ requestContext: { authorizer } }: ApiEvent): Caller {
  // A JWT's subject is a person or a program of theirs; workers have tokens of ours.
  const owner = authorizer?.lambda ? authorizer.lambda.owner : authorizer?.jwt?.claims?.sub;
  const named = authorizer?.lambda ? authorizer.lambda.kind : "api";
  const kind = accessKeyKinds.find((known) => known === named);
  const id = authorizer?.lambda?.key_id;
  const keyId = typeof id === "string" ? id : undefined;
  if (typeof owner === "string" && owner && kind) return { owner, kind, keyId };
  throw new PermanentError("NOT_AUTHENTICATED", "No authorizer has named a caller.");
}
