import { Aws } from "aws-cdk-lib";
import type { EventPattern } from "aws-cdk-lib/aws-events";
import { eventSource, type SystemEvent } from "../contracts/event.ts";

/**
 * What of the account's one bus is this deployment's, of one type. An event that names no deployment is taken, too: during
 * an update a version of before may tell some.
 */
export const ownEvents = (type: SystemEvent["type"], deployment: string): EventPattern => ({
  source: [eventSource],
  account: [Aws.ACCOUNT_ID],
  detailType: [type],
  detail: { deployment: [deployment, { exists: false }] },
});
