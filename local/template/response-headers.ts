import * as z from "zod";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";

const override = { Override: z.boolean() };

const Security = z.strictObject({
  ContentSecurityPolicy: z
    .strictObject({ ContentSecurityPolicy: z.string(), ...override })
    .optional(),
  ContentTypeOptions: z.strictObject(override).optional(),
  FrameOptions: z.strictObject({ FrameOption: z.string(), ...override }).optional(),
  ReferrerPolicy: z.strictObject({ ReferrerPolicy: z.string(), ...override }).optional(),
  // Browsers ignore it on plain HTTP, which is all that there is here.
  StrictTransportSecurity: z.unknown().optional(),
});

const kind = {
  types: ["AWS::CloudFront::ResponseHeadersPolicy"],
  schema: z.strictObject({
    ResponseHeadersPolicyConfig: z.strictObject({
      Name: z.string(),
      Comment: z.string().optional(),
      SecurityHeadersConfig: Security.default({}),
      CustomHeadersConfig: z
        .strictObject({
          Items: z.array(z.strictObject({ Header: z.string(), Value: z.string(), ...override })),
        })
        .default({ Items: [] }),
    }),
  }),
  withoutEffect: [],
};

/** The headers that each response headers policy of the template sets, by the policy's id. */
export function readResponseHeaders(template: Template): Map<string, Record<string, string>> {
  return new Map(
    readResources(template, kind).map(({ name, properties }) => {
      const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } =
        properties.ResponseHeadersPolicyConfig;
      const headers = {
        "content-security-policy": security.ContentSecurityPolicy?.ContentSecurityPolicy,
        "x-content-type-options": security.ContentTypeOptions && "nosniff",
        "x-frame-options": security.FrameOptions?.FrameOption,
        "referrer-policy": security.ReferrerPolicy?.ReferrerPolicy,
        ...Object.fromEntries(custom.Items.map((each) => [each.Header.toLowerCase(), each.Value])),
      };
      return [
        name,
        Object.fromEntries(
          Object.entries(headers).filter((entry): entry is [string, string] => !!entry[1]),
        ),
      ];
    }),
  );
}
