import type { WorkerConfigurationView } from "../../contracts/api.ts";
import { openApiDocument } from "../../contracts/openapi.ts";
import type { Timing } from "../../contracts/timing.ts";
import { dispatcher } from "../../contracts/protocol/dispatch.ts";
import { endTeller, type TellEndDependencies } from "../../contracts/protocol/tell-end.ts";
import { queuedTeller, tellingDispatch, type TellQueuedDependencies } from "../tell-queued.ts";
import { patientEvents } from "../patient-events.ts";
import { pipelinesOf } from "../pipelines.ts";
import { jobRemover } from "../remove-job.ts";
import { addModel } from "./add-model.ts";
import { listDeliveries, redeliver, type DeliveriesDependencies } from "./deliveries.ts";
import { cancelJob } from "./cancel-job.ts";
import { deleteJob } from "./delete-job.ts";
import { explainer, type ExplainDependencies } from "./explain.ts";
import { getJob } from "./get-job.ts";
import { getResults } from "./get-results.ts";
import { listJobs } from "./list-jobs.ts";
import { listPipelines } from "./list-pipelines.ts";
import { removePipeline } from "./remove-pipeline.ts";
import { retryJob, type RetryJobDependencies } from "./retry-job.ts";
import type { Behaviours } from "./route-request.ts";
import { signUpload } from "./sign-upload.ts";
import { submitVideo, type SubmitVideoDependencies } from "./submit-video.ts";
import { workerConfiguration } from "./worker-configuration.ts";
import { workerCredentials, type WorkerCredentialsDependencies } from "./worker-credentials.ts";
import { addWebhook, listWebhooks, removeWebhook, type WebhooksDependencies } from "./webhooks.ts";
import { workerHealth, type WorkerHealthDependencies } from "./worker-health.ts";

/** What the API stands on. */
export type ApiDependencies = Omit<SubmitVideoDependencies, "pipelines"> &
  Omit<ExplainDependencies, "pipelines" | "queueId"> &
  WorkerHealthDependencies &
  WorkerCredentialsDependencies & {
    readonly configuration: WorkerConfigurationView;
  } & Pick<RetryJobDependencies, "log"> &
  Pick<TellEndDependencies, "events"> &
  TellQueuedDependencies &
  WebhooksDependencies &
  DeliveriesDependencies & { readonly timing: Timing };

/** Every route's behaviour on the same dependencies. */
export function behaviours(ports: ApiDependencies): Behaviours {
  const pipelines = pipelinesOf(ports.bucket);
  const explain = explainer({ ...ports, pipelines, queueId: ports.queue.queueId });
  const dependencies = {
    ...ports,
    pipelines,
    explain,
    dispatch: tellingDispatch(dispatcher(ports), queuedTeller(ports)),
    tellEnd: endTeller({ ...ports, events: patientEvents(ports) }),
    removeJob: jobRemover(ports),
  };
  return {
    submitVideo: submitVideo(dependencies),
    signUpload: signUpload(dependencies),
    listJobs: listJobs(dependencies),
    getJob: getJob(dependencies),
    getResults: getResults(dependencies),
    cancelJob: cancelJob(dependencies),
    retryJob: retryJob(dependencies),
    deleteJob: deleteJob(dependencies),
    listPipelines: listPipelines(dependencies),
    addModel: addModel(dependencies),
    removePipeline: removePipeline(dependencies),
    workerHealth: workerHealth(dependencies),
    workerCredentials: workerCredentials(dependencies),
    workerConfiguration: workerConfiguration(dependencies),
    addWebhook: addWebhook(dependencies),
    listWebhooks: listWebhooks(dependencies),
    removeWebhook: removeWebhook(dependencies),
    listDeliveries: listDeliveries(dependencies),
    redeliver: redeliver(dependencies),
    openapi: async () => openApiDocument(),
  };
}
