import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { Invocation, ThreadData, ThreadMessage } from "./thread-protocol.ts";

// One execution environment: its own module state and process.env, one event at a time.

type Handler = (event: unknown, context: object) => unknown;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
const post = (message: ThreadMessage) => parentPort!.postMessage(message);
const { modulePath, exportName } = workerData as ThreadData;

const loaded = (await import(pathToFileURL(modulePath).href)) as Record<string, Handler>;
const handler = loaded[exportName];
if (!handler) throw new Error(`${modulePath} has no export ${exportName}`);
// As Lambda's Node 24 runtime does.
if (handler.length > 2) throw new Error("Handlers with a callback are not supported");

parentPort!.on("message", (invocation: Invocation) => void run(invocation));
post({ kind: "ready" });

async function run(invocation: Invocation): Promise<void> {
  const { event, requestId, functionName, functionArn, memoryMebibytes, deadline } = invocation;
  try {
    const result = await handler!(JSON.parse(event), {
      awsRequestId: requestId,
      callbackWaitsForEmptyEventLoop: true,
      functionName,
      functionVersion: "$LATEST",
      invokedFunctionArn: functionArn,
      logGroupName: `/aws/lambda/${functionName}`,
      logStreamName: "local",
      memoryLimitInMB: String(memoryMebibytes),
      getRemainingTimeInMillis: () => deadline - Date.now(),
    });
    post({ kind: "result", result: JSON.stringify(result) ?? "null" });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    console.error(stack ?? message);
    post({ kind: "error", errorType: name, message });
  }
}
