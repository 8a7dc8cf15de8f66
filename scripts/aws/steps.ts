/** One thing that is done to an account; doing it again does no harm. */
export interface Step {
  readonly says: string;
  readonly run: () => Promise<void>;
}

/** Does the steps in their order, each said before; without `isReal` they are said only. */
export async function doSteps(
  steps: readonly Step[],
  { isReal, say }: { readonly isReal: boolean; readonly say: (line: string) => void },
): Promise<void> {
  for (const [index, { says, run }] of steps.entries()) {
    say(`${index + 1}. ${says}`);
    if (isReal) await run();
  }
  if (!isReal) say("Nothing was done: these are the steps. Add --yes to do them.");
}
