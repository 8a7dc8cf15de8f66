import { kill, type Actor } from "./actor.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What becomes of one call of a port. */
export interface Fate {
  /** How long the request and the answer are under way. */
  readonly requestMilliseconds: number;
  readonly answerMilliseconds: number;
  /**
   * Refused calls change nothing and throw; lost answers throw though the call was applied; repeated ones were lost and
   * sent again by the client, so that they are applied twice.
   */
  readonly ends: "answered" | "refused" | "answer_lost" | "repeated";
  /** The caller dies before the call is sent, after it was applied but unanswered, or right after the answer. */
  readonly dies?: "before" | "applied" | "after";
}

/** Decides what becomes of a call; `site` names the port and the call, with a transition's name. */
export type Fates = (actor: Actor, site: string) => Fate;

/** A failure that was planted. Everything else that is thrown is a fault of the product's. */
export class InjectedError extends Error {
  override readonly name = "InjectedError";
  constructor(site: string) {
    super(`injected: ${site} failed`);
  }
}

export const isInjected = (error: unknown): boolean =>
  error instanceof InjectedError || String(error).includes("injected: ");

export type Call = <Answer>(
  actor: Actor,
  site: string,
  apply: () => Promise<Answer>,
) => Promise<Answer>;

/** Carries calls from actors to the services, each with its own fate. The call of a dead actor is never answered. */
export function caller({
  time,
  fates,
  note,
}: {
  time: VirtualTime;
  fates: Fates;
  note: (actor: Actor, words: string) => void;
}): Call {
  return <Answer>(actor: Actor, site: string, apply: () => Promise<Answer>): Promise<Answer> => {
    if (actor.doomed) kill(actor);
    if (!actor.alive) return new Promise(() => {});
    const { requestMilliseconds, answerMilliseconds, ends, dies } = fates(actor, site);
    if (dies === "before") {
      note(actor, `dies before ${site}`);
      kill(actor);
      return new Promise(() => {});
    }

    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const answer = (settle: () => void): void => {
      if (dies === "applied") {
        note(actor, `dies while ${site} is answered`);
        kill(actor);
        return;
      }
      const arrive = (): void => {
        if (dies === "after") {
          note(actor, `dies after ${site}`);
          actor.doomed = true;
          time.after(0, undefined, () => kill(actor));
        }
        settle();
      };
      const isNow = answerMilliseconds === 0 && actor.alive && actor.frozenUntil <= time.now();
      if (isNow) time.as(actor, arrive);
      else time.after(answerMilliseconds, actor, arrive);
    };
    const fail = (): void => {
      note(actor, ends === "refused" ? `${site} is refused` : `the answer of ${site} is lost`);
      answer(() => reject(new InjectedError(site)));
    };
    const applyOnce = async (): Promise<void> => {
      if (ends === "refused") return fail();
      try {
        const value = await apply();
        if (ends === "answer_lost") fail();
        else answer(() => resolve(value));
      } catch (error) {
        answer(() => reject(error));
      }
    };
    const send = (): void => {
      if (ends !== "repeated") return void applyOnce();
      note(actor, `${site} is sent twice`);
      void apply().catch(() => {});
      time.after(answerMilliseconds, undefined, () => void applyOnce());
    };
    if (requestMilliseconds === 0) send();
    else time.after(requestMilliseconds, undefined, send);
    return promise;
  };
}
