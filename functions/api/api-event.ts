import type {
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
} from "aws-lambda";

interface Authorizer {
  readonly lambda?: { readonly owner?: unknown } | null;
  readonly jwt?: { readonly claims?: { readonly sub?: unknown } };
}

/** An HTTP API's event, payload 2.0, with what either kind of authorizer may add. */
export type ApiEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { readonly authorizer?: Authorizer }
>;

/** Whose request it is: the authorizer says so, where there is one. */
export function ownerOf({ requestContext: { authorizer } }: ApiEvent, otherwise: string): string {
  const named = authorizer?.lambda?.owner ?? authorizer?.jwt?.claims?.sub;
  return typeof named === "string" && named ? named : otherwise;
}
