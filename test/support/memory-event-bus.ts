import type { SystemEvent } from "../../contracts/event.ts";
import type { EventBus } from "../../contracts/ports/event-bus.ts";

/** The event bus's second implementation: it remembers what it was told. */
export function memoryEventBus() {
  const told: SystemEvent[] = [];
  return {
    async tell(events) {
      told.push(...events);
    },
    told,
  } satisfies EventBus & { readonly told: SystemEvent[] };
}
