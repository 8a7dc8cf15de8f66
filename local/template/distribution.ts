import * as z from "zod";
import type { Resource } from "./assembly.ts";
import type { ReadResource, Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";
import { readResponseHeaders } from "./response-headers.ts";
import { UnsupportedError } from "./unsupported-error.ts";

export type OriginFacts =
  | { readonly kind: "api" }
  | { readonly kind: "bucket"; readonly bucketName: string };

/** What happens to the requests whose path fits. */
export interface BehaviourFacts {
  /** `*` and `?` stand for any characters and for one. */
  readonly pathPattern: string;
  readonly origin: OriginFacts;
  readonly methods: readonly string[];
  /** Headers that every answer gets. */
  readonly responseHeaders: Readonly<Record<string, string>>;
}

export interface ErrorResponseFacts {
  readonly status: number;
  readonly path: string;
  readonly responseStatus: number;
}

export interface DistributionFacts {
  readonly defaultRootObject: string;
  /** In order of precedence; the default behaviour is the last. */
  readonly behaviours: readonly BehaviourFacts[];
  readonly errorResponses: readonly ErrorResponseFacts[];
}

const ignored = z.unknown().optional();

const Behaviour = z.strictObject({
  PathPattern: z.string().default("*"),
  TargetOriginId: z.string(),
  // CloudFront's own default.
  AllowedMethods: z.array(z.string()).default(["GET", "HEAD"]),
  ResponseHeadersPolicyId: z.string().optional(),
  // One hop on one machine: nothing is cached, compressed or redirected, and every header goes through.
  CachePolicyId: ignored,
  CachedMethods: ignored,
  Compress: ignored,
  OriginRequestPolicyId: ignored,
  ViewerProtocolPolicy: ignored,
});

const Origin = z.strictObject({ Id: z.string(), DomainName: z.string() });

const kind = {
  types: ["AWS::CloudFront::Distribution"],
  schema: z.strictObject({
    DistributionConfig: z.strictObject({
      DefaultRootObject: z.string().default(""),
      DefaultCacheBehavior: Behaviour,
      CacheBehaviors: z.array(Behaviour).default([]),
      CustomErrorResponses: z
        .array(
          z.strictObject({
            ErrorCode: z.coerce.number(),
            ResponseCode: z.coerce.number(),
            ResponsePagePath: z.string(),
            ErrorCachingMinTTL: ignored,
          }),
        )
        .default([]),
      Origins: z.array(Origin),
      Enabled: z.literal(true),
      Comment: ignored,
      HttpVersion: ignored,
      IPV6Enabled: ignored,
      PriceClass: ignored,
    }),
  }),
  withoutEffect: ["Tags"],
};

/** Names, certificates, logs and firewalls: none of them is here, and they refer to what is not either. */
const withoutEffect = ["Aliases", "Logging", "ViewerCertificate", "WebACLId"];
/** How CloudFront reaches an origin and is let in. */
const originWithoutEffect = [
  "ConnectionAttempts",
  "ConnectionTimeout",
  "CustomOriginConfig",
  "OriginAccessControlId",
  "OriginShield",
  "S3OriginConfig",
];

/** The one distribution in front of page and API; undefined where the app has none. */
export function readDistribution(template: Template): DistributionFacts | undefined {
  const { assembly, resolver } = template;
  const resources = assembly.resources.map((resource) =>
    kind.types.includes(resource.type) ? reduced(resource) : resource,
  );
  const [distribution, second] = readResources(
    { assembly: { ...assembly, resources }, resolver },
    kind,
  );
  if (second) throw new UnsupportedError("a second distribution", second.logicalId);
  if (!distribution) return undefined;

  const config = distribution.properties.DistributionConfig;
  const origins = readOrigins(template, distribution);
  const headers = readResponseHeaders(template);

  return {
    defaultRootObject: config.DefaultRootObject,
    behaviours: [...config.CacheBehaviors, config.DefaultCacheBehavior].map((behaviour) => {
      const { TargetOriginId, ResponseHeadersPolicyId } = behaviour;
      return {
        pathPattern: behaviour.PathPattern,
        origin: origins.get(TargetOriginId)!,
        methods: behaviour.AllowedMethods,
        responseHeaders: headers.get(ResponseHeadersPolicyId ?? "") ?? {},
      };
    }),
    errorResponses: config.CustomErrorResponses.map((each) => ({
      status: each.ErrorCode,
      path: each.ResponsePagePath,
      responseStatus: each.ResponseCode,
    })),
  };
}

/** The distribution without what has no effect here, before anything of it is resolved. */
function reduced(resource: Resource): Resource {
  const { DistributionConfig, ...rest } = resource.properties;
  const { Origins, ...config } = omit(DistributionConfig as object, withoutEffect);
  const origins = (Origins as object[]).map((origin) => omit(origin, originWithoutEffect));
  return {
    ...resource,
    properties: { ...rest, DistributionConfig: { ...config, Origins: origins } },
  };
}

function omit(object: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** An origin is a bucket where its domain is one's attribute, and the API otherwise. */
function readOrigins(
  { assembly, resolver }: Template,
  { logicalId }: ReadResource<unknown>,
): Map<string, OriginFacts> {
  const raw = assembly.resources.find((each) => each.logicalId === logicalId)!.properties as {
    DistributionConfig: {
      Origins: { Id: string; DomainName: { "Fn::GetAtt"?: string[] } | string }[];
    };
  };
  return new Map(
    raw.DistributionConfig.Origins.map(({ Id, DomainName }) => {
      const [target] = (typeof DomainName === "object" && DomainName["Fn::GetAtt"]) || [];
      const bucket = assembly.resources.find(
        (each) => each.type === "AWS::S3::Bucket" && each.logicalId === target,
      );
      return [
        Id,
        bucket ? { kind: "bucket", bucketName: resolver.nameOf(bucket) } : { kind: "api" },
      ];
    }),
  );
}
