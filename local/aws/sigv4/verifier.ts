import type { SessionStore } from "../sts/session-store.ts";
import type { Credentials } from "./signature.ts";

/** The service that a request is for, the region that it accepts, and the keys. */
export interface Verifier {
  readonly service: "s3" | "sqs" | "dynamodb" | "sts" | "events" | "ecs";
  readonly region: string;
  /** The machine's own key. */
  readonly credentials: Credentials;
  readonly sessions: SessionStore;
}
