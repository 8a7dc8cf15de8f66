import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import {
  accessKeyId,
  accessSecretSha256,
  bearerSecret,
  type AccessKey,
} from "../../contracts/access-key.ts";
import type { KeyStore } from "../../contracts/ports/key-store.ts";
import type { Log } from "../log.ts";

export interface AuthorizeDependencies {
  readonly keys: Pick<KeyStore, "find">;
  readonly log: Pick<Log, "info">;
}

/** An HTTP API's simple response, with who is calling as context of the request. */
export type Authorization =
  | { readonly isAuthorized: false }
  | {
      readonly isAuthorized: true;
      readonly context: Readonly<Record<"owner" | "kind" | "key_id" | "key_name", string>>;
    };

/** Lets in whoever has the secret of a key that is there and not revoked. What cannot be looked up throws: nobody is let in. */
export function authorize({ keys, log }: AuthorizeDependencies) {
  const refuse = (why: string, key?: AccessKey): Authorization => {
    // Of what came not even a part: the key's id and name are ours.
    log.info("A caller was not let in.", { why, ...(key && namesOf(key)) });
    return { isAuthorized: false };
  };

  return async ({
    identitySource,
  }: Pick<APIGatewayRequestAuthorizerEventV2, "identitySource">): Promise<Authorization> => {
    const secret = bearerSecret(identitySource?.[0]);
    if (secret === undefined) return refuse("malformed");

    const key = await keys.find(await accessSecretSha256(secret));
    if (!key) return refuse("unknown");
    if (key.revokedAt !== undefined) return refuse("revoked", key);

    return {
      isAuthorized: true,
      context: { owner: key.owner, kind: key.kind, ...namesOf(key) },
    };
  };
}

const namesOf = (key: AccessKey) => ({ key_id: accessKeyId(key), key_name: key.name });
