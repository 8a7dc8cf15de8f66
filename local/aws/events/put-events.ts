import { randomUUID } from "node:crypto";
import type { PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import { AwsError } from "../aws-error.ts";
import { eventsAttempt } from "../iam/attempt-of.ts";
import { type JsonService, refuseAs } from "../http/json-service.ts";
import type { Place } from "../place.ts";
import type { Database } from "../state/database.ts";
import type { EventRules } from "./event-rules.ts";

export interface PutEventsDependencies {
  readonly database: Database;
  readonly place: Place;
  readonly rules: Pick<EventRules, "deliver">;
}

/** PutEvents' own maximum of entries, and of bytes of them all. */
const entriesMax = 10;
const bytesMax = 256 * 1024;

/** EventBridge in its JSON protocol: events of one's own on the default bus. */
export function eventsService({ database, place, rules }: PutEventsDependencies): JsonService {
  const { region, accountId, credentials, sessions, roles } = place;

  function put(entry: PutEventsRequestEntry): PutEventsResultEntry {
    const refusal = refusalOf(entry);
    if (refusal) return refusal;
    const id = randomUUID();
    rules.deliver({
      version: "0",
      id,
      "detail-type": entry.DetailType!,
      source: entry.Source!,
      account: accountId,
      time: timeOf(entry.Time),
      region,
      resources: entry.Resources ?? [],
      detail: JSON.parse(entry.Detail!) as Record<string, unknown>,
    });
    return { EventId: id };
  }

  return {
    verifier: { service: "events", region, credentials, sessions },
    permit: (session, action, input) =>
      roles.check(session, [eventsAttempt(action, entriesOf(input), place)]),
    run(action, input) {
      if (action !== "PutEvents") {
        const message = `The local EventBridge does not implement ${action}`;
        throw new AwsError(400, "UnknownOperationException", message);
      }
      const entries = entriesOf(input);
      checkEntries(entries);
      const Entries = database.transaction(() => entries.map(put));
      return {
        Entries,
        FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      };
    },
    refuse: refuseAs("InternalException"),
  };
}

const entriesOf = (input: unknown): readonly PutEventsRequestEntry[] =>
  (input as { readonly Entries?: readonly PutEventsRequestEntry[] }).Entries ?? [];

function checkEntries(entries: readonly PutEventsRequestEntry[]): void {
  if (entries.length < 1 || entries.length > entriesMax) {
    const message = `Entries must have a length between 1 and ${entriesMax}`;
    throw new AwsError(400, "ValidationException", message);
  }
  if (Buffer.byteLength(JSON.stringify(entries)) > bytesMax) {
    const message = `Total size of the entries in the request is over the limit of ${bytesMax} bytes.`;
    throw new AwsError(400, "ValidationException", message);
  }
}

/** Each entry is taken or refused by itself, as AWS does. */
function refusalOf(entry: PutEventsRequestEntry): PutEventsResultEntry | undefined {
  for (const name of ["Source", "DetailType", "Detail"] as const) {
    if (!entry[name]) {
      return { ErrorCode: "InvalidArgument", ErrorMessage: `Parameter ${name} is not valid.` };
    }
  }
  if (entry.Source!.startsWith("aws.")) {
    const ErrorMessage = "Not authorized for the source.";
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage };
  }
  if (!isJsonObject(entry.Detail!)) {
    return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  }
  if (
    !/^(default|arn:aws:events:[^:]*:[^:]*:event-bus\/default)$/.test(
      entry.EventBusName ?? "default",
    )
  ) {
    return { ErrorCode: "InvalidArgument", ErrorMessage: "Only the default bus is here." };
  }
  return undefined;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** The protocol says a time in seconds since 1970. */
function timeOf(seconds: unknown): string {
  const time = typeof seconds === "number" ? new Date(seconds * 1000) : new Date();
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
