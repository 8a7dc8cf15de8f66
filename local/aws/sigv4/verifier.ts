import type { SessionStore } from "../sts/session-store.ts";
import type { Credentials } from "./signature.ts";

/** The service that a request is for, and the one key and region that it accepts. */
export interface Verifier {
  readonly service: "s3" | "sqs" | "dynamodb" | "sts" | "events" | "ecs";
  readonly region: string;
  readonly credentials: Credentials;
  /** Credentials that STS gave out. */
  readonly sessions?: SessionStore;
}
