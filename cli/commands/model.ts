import { addModelAdd } from "./model-add.ts";
import { addModelInspect } from "./model-inspect.ts";
import type { Program } from "../program.ts";
import type { Session } from "../session.ts";

/** `model …`: brings models of one's own. */
export function addModel(program: Program, session: Session): void {
  const model = program.command("model").description("bring a model of your own");
  addModelAdd(model, session);
  addModelInspect(model, session);
}
