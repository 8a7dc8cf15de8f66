import type { WorkerConfigurationView } from "../../contracts/api.ts";

/** All that a worker elsewhere must know besides this address and its token. */
export const workerConfiguration =
  ({ configuration }: { readonly configuration: WorkerConfigurationView }) =>
  async (): Promise<WorkerConfigurationView> =>
    configuration;
