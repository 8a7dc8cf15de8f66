import type { ProbeReply, ProbeRequest } from "./probe-messages.ts";
import { runModel } from "./run-model.ts";

// A process of its own: a model may hang or crash the runtime, and neither must take the command with it.
async function answer(request: ProbeRequest): Promise<void> {
  const reply: ProbeReply = await runModel(request);
  process.send!(reply, () => process.disconnect());
}

process.once("message", (request: ProbeRequest) => void answer(request));
