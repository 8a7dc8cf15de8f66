import type { Pipeline } from "../../contracts/pipeline.ts";
import { columns } from "../client/summary.ts";
import type { Program } from "../program.ts";
import type { Session } from "../session.ts";

/** `pipelines`: what can be asked for. */
export function addPipelines(program: Program, session: Session): void {
  program
    .command("pipelines")
    .description("list what `detect --pipeline` can be given")
    .option("--json", "print one object, with every class")
    .action(async (flags) => {
      const { output, signal } = session;
      const { pipelines } = await session.connect().client.listPipelines({ signal });
      if (flags.json) return output.json({ pipelines });
      const rows = pipelines.map((pipeline) => [
        pipeline.pipeline_id,
        classesOf(pipeline),
        pipeline.built_in ? "built in" : "added",
        pipeline.description,
      ]);
      const header = ["pipeline", "classes", "from", "what it does"];
      for (const line of columns([header, ...rows], "left")) output.data(line);
    });
}

function classesOf({ model: { classes } }: Pipeline): string {
  return classes.length <= 4
    ? classes.join(", ")
    : `${classes.slice(0, 3).join(", ")} … (${classes.length})`;
}
