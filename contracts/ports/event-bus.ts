import type { SystemEvent } from "../event.ts";

/** What happens, told to whoever asks for it by a rule. */
export interface EventBus {
  /** Rejects where one of them was not taken; telling it again is for the caller to decide. */
  tell(events: readonly SystemEvent[]): Promise<void>;
}
