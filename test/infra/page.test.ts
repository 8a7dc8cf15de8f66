import { expect, test } from "vitest";
import type { Resource } from "./synthesized.ts";
import { resourcesOf, synthesized } from "./synthesized.ts";

/** AWS' own policies, by the ids that its documentation gives them. */
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

const template = synthesized();
const [[, distribution]] = resourcesOf(template, "AWS::CloudFront::Distribution") as [
  [string, Resource],
];
const config = distribution.Properties.DistributionConfig;

test("the API answers under the page's address, and nothing keeps its answers", () => {
  expect(config.CacheBehaviors).toHaveLength(1);
  expect(config.CacheBehaviors[0]).toMatchObject({
    PathPattern: "/v1/*",
    CachePolicyId: cachingDisabled,
    OriginRequestPolicyId: allViewerExceptHostHeader,
  });
  expect(config.CacheBehaviors[0].AllowedMethods).toEqual(
    expect.arrayContaining(["GET", "POST", "DELETE"]),
  );
});

test("an error of the API reaches the caller as the API said it", () => {
  // Error pages of a distribution replace the answers of all its origins.
  expect(config.CustomErrorResponses).toBeUndefined();
});

test("the page runs its own scripts only, and talks to its own API and the media bucket only", () => {
  const [[media]] = resourcesOf(template, "AWS::S3::Bucket").filter(
    ([, { Properties }]) => Properties.CorsConfiguration,
  ) as [[string, Resource]];
  const [[, headers]] = resourcesOf(template, "AWS::CloudFront::ResponseHeadersPolicy") as [
    [string, Resource],
  ];
  const { ContentSecurityPolicy: policy } =
    headers.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy;
  const text = (policy["Fn::Join"][1] as (string | object)[])
    .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join("");
  const bucket = `https://{"Fn::GetAtt":["${media}","RegionalDomainName"]}`;

  expect(text).toContain("default-src 'self';");
  expect(text).toContain(`connect-src 'self' ${bucket};`);
  expect(text).toContain(`media-src 'self' blob: ${bucket};`);
  expect(text).not.toMatch(/unsafe|script-src|\*/);
  expect(config.DefaultCacheBehavior.ResponseHeadersPolicyId).toBeDefined();
});

test("files named by their content are kept, the page itself is always asked for", () => {
  const deployments = resourcesOf(template, "Custom::CDKBucketDeployment").map(
    ([, { Properties }]) => ({
      cacheControl: Properties.SystemMetadata["cache-control"],
      exclude: Properties.Exclude,
      include: Properties.Include,
      prune: Properties.Prune,
    }),
  );

  expect(deployments).toEqual([
    {
      cacheControl: "public, max-age=31536000, immutable",
      exclude: ["*"],
      include: ["assets/*"],
      prune: false,
    },
    { cacheControl: "no-cache", exclude: ["assets/*"], include: undefined, prune: true },
  ]);
});

test("a deployment with a name of its own says where the name must lead, and no other does", () => {
  const named = synthesized({
    domainNames: "videos.example.com",
    certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/a",
  });
  const [[id]] = resourcesOf(named, "AWS::CloudFront::Distribution") as [[string, Resource]];

  expect(named.findOutputs("PageUrl")["PageUrl"]).toMatchObject({
    Value: "https://videos.example.com",
  });
  expect(named.findOutputs("PageAlias")["PageAlias"]).toMatchObject({
    Value: { "Fn::GetAtt": [id, "DomainName"] },
  });
  expect(template.findOutputs("PageAlias")).toEqual({});
});
