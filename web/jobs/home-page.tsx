import { useEffect } from "preact/hooks";
import type { JobStatus } from "../../contracts/work-row.ts";
import { HealthPanel } from "../health/health-panel.tsx";
import { UploadPanel } from "../upload/upload-panel.tsx";
import { JobList } from "./job-list.tsx";

/** Where one begins: a new job, the jobs there are, and who works on them. */
export function HomePage({ status }: { status: JobStatus | undefined }) {
  useEffect(() => {
    document.title = "Framequeue";
  }, []);

  return (
    <div class="home">
      <UploadPanel />
      <HealthPanel />
      <JobList status={status} />
    </div>
  );
}
