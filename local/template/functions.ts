import * as z from "zod";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";
import { UnsupportedError } from "./unsupported-error.ts";

export interface FunctionFacts {
  readonly name: string;
  readonly roleArn: string;
  /** Folder with the bundle. */
  readonly codeDirectory: string;
  /** Module and export, as in `index.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMebibytes: number;
  readonly concurrencyMax: number | undefined;
}

const kind = {
  types: ["AWS::Lambda::Function"],
  schema: z.strictObject({
    FunctionName: z.string().optional(),
    Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
    Handler: z.string(),
    Role: z.string(),
    Runtime: z.string().regex(/^nodejs2[24]\.x$/, "only Node functions run here"),
    Environment: z
      .strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
      .prefault({}),
    // Lambda's own defaults.
    Timeout: z.coerce.number().default(3),
    MemorySize: z.coerce.number().default(128),
    ReservedConcurrentExecutions: z.coerce.number().optional(),
  }),
  withoutEffect: [
    "Architectures",
    "DeadLetterConfig",
    "Description",
    "LoggingConfig",
    "RecursiveLoop",
    "Tags",
    "TracingConfig",
  ],
};

/** The functions of the product: not those behind custom resources, whose work is done here without them. */
export function readFunctions(template: Template): FunctionFacts[] {
  const { assembly } = template;
  const providers = new Set(assembly.resources.map(({ properties }) => serviceToken(properties)));
  const resources = assembly.resources.filter(({ logicalId }) => !providers.has(logicalId));
  return readResources({ ...template, assembly: { ...assembly, resources } }, kind).map(
    ({ logicalId, name, properties }) => {
      const hash = properties.Code.S3Key.replace(/\.zip$/, "");
      const codeDirectory = assembly.files[hash];
      if (!codeDirectory) {
        throw new UnsupportedError(`code that is no asset of the app`, logicalId);
      }
      return {
        name,
        roleArn: properties.Role,
        codeDirectory,
        handler: properties.Handler,
        environment: properties.Environment.Variables,
        timeoutSeconds: properties.Timeout,
        memoryMebibytes: properties.MemorySize,
        concurrencyMax: properties.ReservedConcurrentExecutions,
      };
    },
  );
}

/** Logical id of the function behind a custom resource. */
function serviceToken({ ServiceToken: token }: Readonly<Record<string, unknown>>): unknown {
  const attribute = (token as { "Fn::GetAtt"?: unknown[] } | undefined)?.["Fn::GetAtt"];
  return attribute?.[0];
}
