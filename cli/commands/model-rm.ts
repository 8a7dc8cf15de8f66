import type { Command } from "@commander-js/extra-typings";
import type { Session } from "../session.ts";

/** `model rm`: takes an added model and its pipeline away. */
export function addModelRm(model: Command, session: Session): void {
  model
    .command("rm")
    .description("remove a model that was added, and its pipeline")
    .argument("<pipeline...>", "as `pipelines` lists them")
    .action(async (ids) => {
      const { output, signal } = session;
      const { client } = session.connect();
      for (const id of ids) {
        await client.removePipeline(id, { signal });
        output.words(`Pipeline ${id} is gone. Jobs that still wait for it will fail.`);
      }
    });
}
