import { join } from "node:path";

/** Folders: a bundle for each function, the built page, what the worker's image is built from. */
export interface Code {
  readonly functions: (name: string) => string;
  readonly page: string;
  readonly worker: string;
}

/** What `npm run pack:infra` lays beside the compiled constructs. */
export function packagedCode(): Code {
  const folder = join(import.meta.dirname, "..", "code");
  return {
    functions: (name) => join(folder, "functions", name),
    page: join(folder, "page"),
    worker: join(folder, "worker"),
  };
}
