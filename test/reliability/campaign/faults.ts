import type { ProxiedRequest } from "./proxied-request.ts";

/** What the proxy does to one request on its way. */
export type Fault =
  /** It arrives after a while, whether or not its sender still waits. */
  | { readonly is: "delay"; readonly milliseconds: number }
  /** The connection breaks before anything was sent on. */
  | { readonly is: "reset" }
  /** It is swallowed, and nobody ever answers. */
  | { readonly is: "drop" }
  /** The service says that it has a fault of its own (500), or that it is not there (503). */
  | { readonly is: "error"; readonly status: 500 | 503 }
  /** The service says that there is too much of it. */
  | { readonly is: "throttle" }
  /** Half of the body goes on, then the connection breaks on both sides. */
  | { readonly is: "half_request" }
  /** It is done, and half of the answer's body comes. */
  | { readonly is: "half_answer" }
  /** It is done, and the connection breaks before the answer. */
  | { readonly is: "lost_answer" }
  /** It is done twice. */
  | { readonly is: "double" }
  /** A message is answered as sent, and is not. */
  | { readonly is: "lose" }
  /** A received message is given to the next who asks as well. */
  | { readonly is: "deliver_again" };

/** Chances of the faults, each 0–1; where they add up to more than 1 the later ones are cut. */
export type FaultRates = Readonly<Record<Fault["is"], number>>;

/** Longest delay that is not there to outlive a lease. */
const delayMillisecondsMax = 300;

/** Rates under which a system with short leases still gets its work done. */
export const usualRates: FaultRates = {
  delay: 0.04,
  reset: 0.01,
  drop: 0.001,
  error: 0.01,
  throttle: 0.01,
  half_request: 0.005,
  half_answer: 0.005,
  lost_answer: 0.01,
  double: 0.1,
  lose: 0.05,
  deliver_again: 0.1,
};

/** Draws what happens to each request, from a source of numbers 0–1. */
export function faultDraw(rates: FaultRates, random: () => number) {
  return (request: ProxiedRequest): Fault | undefined => {
    let left = random();
    for (const [name, rate] of Object.entries(rates) as [Fault["is"], number][]) {
      if (!suits(name, request)) continue;
      left -= rate;
      if (left < 0) return faultOf(name, random);
    }
    return undefined;
  };
}

/** Whether the fault can happen to such a request: only messages are doubled, lost and delivered again. */
function suits(name: Fault["is"], { service, action, body, method }: ProxiedRequest): boolean {
  if (name === "double" || name === "lose") return action === "SendMessage";
  if (name === "deliver_again") return action === "ReceiveMessage";
  if (name === "half_request") return body.byteLength > 1;
  // An answer without a body has no half.
  return name !== "half_answer" || (service === "s3" ? method === "GET" : true);
}

function faultOf(name: Fault["is"], random: () => number): Fault {
  if (name === "delay") {
    // Mostly short ones.
    return { is: name, milliseconds: 5 + delayMillisecondsMax * random() ** 3 };
  }
  if (name === "error") return { is: name, status: random() < 0.5 ? 500 : 503 };
  return { is: name };
}
