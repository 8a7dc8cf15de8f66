import { NotAllowed } from "../contracts/ports/aws-account.ts";

/** Each service has its own word for it. */
const refusals = [
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "UnauthorizedOperation",
];

/** Whether AWS answered with this error; services add a suffix to some names, or leave it away. */
export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && [name, `${name}Exception`].includes(error.name);

/** Does it, and turns a refusal of the caller's rights into one that names the action. */
export async function allowing<Result>(
  action: string,
  ask: () => Promise<Result>,
): Promise<Result> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof Error && refusals.includes(cause.name)) {
      // The service knows best which of several actions it was.
      const said = /not authorized to perform: ([\w-]+:\w+)/.exec(cause.message)?.[1];
      throw new NotAllowed(said ?? action, { cause });
    }
    throw cause;
  }
}
