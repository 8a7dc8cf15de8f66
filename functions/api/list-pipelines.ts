import type { PipelineListView } from "../../contracts/api.ts";
import type { Pipelines } from "../pipelines.ts";

/** What can be asked for. */
export const listPipelines =
  ({ pipelines }: { readonly pipelines: Pipelines }) =>
  async (): Promise<PipelineListView> => ({ pipelines: [...(await pipelines.list())] });
