import { ECSClient } from "@aws-sdk/client-ecs";
import { limits } from "../contracts/limits.ts";
import { requestWithin } from "./request-within.ts";

/** Where tasks are started. By itself: only the scaler needs it, and each process loads the clients that it imports. */
export const ecsClient = () => new ECSClient(requestWithin(limits.requestSeconds));
