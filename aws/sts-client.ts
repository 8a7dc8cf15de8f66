import { STSClient } from "@aws-sdk/client-sts";
import { limits } from "../contracts/limits.ts";
import { requestWithin } from "./request-within.ts";

/** Who lends credentials. By itself: only the API needs it, and each process loads the clients that it imports. */
export const stsClient = () => new STSClient(requestWithin(limits.requestSeconds));
