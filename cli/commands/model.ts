import { addModelAdd } from "./model-add.ts";
import { addModelInspect } from "./model-inspect.ts";
import { addModelRm } from "./model-rm.ts";
import type { Program } from "../program.ts";
import type { Session } from "../session.ts";

/** `model …`: brings models of one's own, and takes them away. */
export function addModel(program: Program, session: Session): void {
  const model = program.command("model").description("bring or remove a model of your own");
  addModelAdd(model, session);
  addModelInspect(model, session);
  addModelRm(model, session);
}
