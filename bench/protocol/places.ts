import type { System } from "../../test/support/system.ts";

/** What this process must know to be a worker of a running system. */
export interface Places {
  readonly table: string;
  readonly queueUrl: string;
}

/** Lets this process's SDK clients reach the system, and says where its things are. */
export function placesOf({ running }: System): Places {
  process.env["AWS_ENDPOINT_URL"] = running.aws_endpoint_url;
  process.env["AWS_REGION"] = running.region;
  process.env["AWS_ACCESS_KEY_ID"] = running.access_key_id;
  process.env["AWS_SECRET_ACCESS_KEY"] = running.secret_access_key;
  const { JOBS_TABLE, WORK_QUEUE_URL } = running.worker_environment;
  return { table: JOBS_TABLE!, queueUrl: WORK_QUEUE_URL! };
}
