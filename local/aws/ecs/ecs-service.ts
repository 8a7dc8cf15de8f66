import { ecsAttempts } from "../iam/attempt-of.ts";
import { AwsError } from "../aws-error.ts";
import { type JsonService, refuseAs } from "../http/json-service.ts";
import type { Place } from "../place.ts";

/** What ECS answers where no instance has a GPU to spare. */
const noCapacity = { arn: "", reason: "RESOURCE:GPU" };

/**
 * ECS of a cluster without capacity: the workers of this machine are processes that are always there, so no task runs, and
 * none can be started.
 */
export function ecsService({ region, credentials, sessions, roles }: Place): JsonService {
  return {
    verifier: { service: "ecs", region, credentials, sessions },
    permit: (session, action, input) =>
      roles.check(session, ecsAttempts(action, input as Parameters<typeof ecsAttempts>[1])),
    run(action, input) {
      switch (action) {
        case "ListTasks":
          return { taskArns: [] };
        case "DescribeTasks":
          return { tasks: [], failures: [] };
        case "RunTask": {
          const { count = 1 } = input as { readonly count?: number };
          return { tasks: [], failures: Array.from({ length: count }, () => noCapacity) };
        }
        default:
          throw new AwsError(
            400,
            "InvalidParameterException",
            `The local ECS does not implement ${action}.`,
          );
      }
    },
    refuse: refuseAs("ServerException"),
  };
}
