import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../aws-error.ts";
import { readBody } from "../http/request-body.ts";
import type { RequestTarget } from "../http/request-target.ts";
import { sessionArn } from "../iam/roles.ts";
import type { Place } from "../place.ts";
import { toXml, xmlDeclaration, type XmlValue } from "../s3/xml.ts";
import type { Verifier } from "../sigv4/verifier.ts";
import { sessionOf, verifyRequest } from "../sigv4/verify-request.ts";
import { assumeRole } from "./assume-role.ts";

const namespace = ' xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

/** STS in its query protocol: AssumeRole and GetCallerIdentity. */
export function openSts(place: Place) {
  const { region, credentials, sessions, accountId } = place;
  const verifier: Verifier = { service: "sts", region, credentials, sessions };

  async function answer(request: IncomingMessage, target: RequestTarget): Promise<string> {
    const body = await readBody(request);
    const { method = "", headers } = request;
    verifyRequest({ method, headers, target, body }, verifier);
    const session = sessionOf({ headers, target }, verifier);
    const input = new URLSearchParams(body.toString());
    switch (input.get("Action")) {
      case "AssumeRole":
        return result("AssumeRole", assumeRole(input, session, place));
      case "GetCallerIdentity":
        return result("GetCallerIdentity", {
          Arn: session ? sessionArn(session) : `arn:aws:iam::${accountId}:root`,
          UserId: session ? session.accessKeyId : accountId,
          Account: accountId,
        });
      default:
        throw new AwsError(400, "InvalidAction", `The local STS has no ${input.get("Action")}.`);
    }
  }

  const result = (action: string, value: XmlValue): string =>
    toXml(
      `${action}Response`,
      { [`${action}Result`]: value, ResponseMetadata: { RequestId: randomUUID() } },
      namespace,
    );

  return {
    handle: async (
      request: IncomingMessage,
      response: ServerResponse,
      target: RequestTarget,
    ): Promise<void> => {
      const write = (status: number, xml: string) =>
        response.writeHead(status, { "content-type": "text/xml" }).end(xmlDeclaration + xml);
      try {
        write(200, await answer(request, target));
      } catch (error) {
        if (!(error instanceof AwsError)) console.error(error);
        const { status, code, message } =
          error instanceof AwsError ? error : new AwsError(500, "InternalFailure", String(error));
        const Error = { Type: "Sender", Code: code, Message: message };
        write(status, toXml("ErrorResponse", { Error, RequestId: randomUUID() }, namespace));
      }
    },
  };
}
