import { expect, test } from "vitest";
import type { Assembly, Resource } from "../../../local/template/assembly.ts";
import { createResolver } from "../../../local/template/resolver.ts";
import { place } from "../support/place.ts";

const resource = (
  logicalId: string,
  type: string,
  properties = {},
  stackName = "App",
): Resource => ({
  stackName,
  logicalId,
  type,
  properties,
});

const assembly: Assembly = {
  resources: [
    resource("Work", "AWS::SQS::Queue"),
    resource("Named", "AWS::SQS::Queue", { QueueName: { "Fn::Sub": "${AWS::Region}-named" } }),
    resource("Media", "AWS::S3::Bucket"),
    resource("Table", "AWS::DynamoDB::GlobalTable"),
    resource("Role", "AWS::IAM::InstanceProfile"),
    resource("Front", "AWS::CloudFront::Distribution"),
    resource("Work", "AWS::SQS::Queue", {}, "Other"),
  ],
  outputs: {
    Exported: {
      stackName: "Other",
      value: { "Fn::GetAtt": ["Work", "Arn"] },
      exportName: { "Fn::Sub": "${AWS::StackName}:work" },
    },
  },
  parameters: { App: { Stage: "test", Secret: undefined } },
  files: {},
  images: {},
};
const resolver = createResolver(assembly, place);
const resolve = (value: unknown) => resolver.resolve(value, { stackName: "App", where: "Here" });

const workArn = "arn:aws:sqs:us-east-1:000000000000:App-Work";

test.each([
  ["Ref of a queue", { Ref: "Work" }, "http://127.0.0.1:4566/000000000000/App-Work"],
  ["Ref of a bucket, in lower case", { Ref: "Media" }, "app-media"],
  ["Ref of a table", { Ref: "Table" }, "App-Table"],
  ["Ref of a parameter with a default", { Ref: "Stage" }, "test"],
  ["Ref of a pseudo parameter", { Ref: "AWS::Region" }, "us-east-1"],
  ["Fn::GetAtt as a list", { "Fn::GetAtt": ["Work", "Arn"] }, workArn],
  ["Fn::GetAtt as text", { "Fn::GetAtt": "Work.Arn" }, workArn],
  ["a name that is itself resolved", { "Fn::GetAtt": ["Named", "QueueName"] }, "us-east-1-named"],
  ["Fn::Join", { "Fn::Join": ["/", ["a", { Ref: "Media" }]] }, "a/app-media"],
  ["Fn::Sub", { "Fn::Sub": "${Media}:${Work.Arn}:${!Kept}" }, `app-media:${workArn}:\${Kept}`],
  [
    "Fn::Sub with variables",
    { "Fn::Sub": ["${x}-${Media}", { x: { Ref: "Stage" } }] },
    "test-app-media",
  ],
  [
    "Fn::Select of Fn::Split",
    { "Fn::Select": [1, { "Fn::Split": ["-", { Ref: "Media" }] }] },
    "media",
  ],
  [
    "Fn::ImportValue, in the exporting stack's scope",
    { "Fn::ImportValue": "Other:work" },
    "arn:aws:sqs:us-east-1:000000000000:Other-Work",
  ],
  ["plain values, nested", { a: [1, { Ref: "Stage" }, true] }, { a: [1, "test", true] }],
])("resolves %s", (_name, value, expected) => {
  expect(resolve(value)).toEqual(expected);
});

test("what resolves to no value is as if it were not there", () => {
  const noValue = { Ref: "AWS::NoValue" };

  expect(resolve({ kept: 1, gone: noValue, list: ["a", noValue] })).toEqual({
    kept: 1,
    list: ["a"],
  });
});

test("a page that the template calls https is http here, where nothing speaks TLS", () => {
  expect(resolve({ "Fn::Sub": "https://${Front.DomainName} https://example.com" })).toBe(
    "http://127.0.0.1:8787 https://example.com",
  );
});

test.each([
  ["an intrinsic function", { "Fn::Base64": "x" }, /Fn::Base64.*Here/],
  [
    "an attribute",
    { "Fn::GetAtt": ["Role", "Arn"] },
    /Fn::GetAtt Arn of AWS::IAM::InstanceProfile Role.*Here/,
  ],
  ["a type's Ref", { Ref: "Role" }, /Ref of AWS::IAM::InstanceProfile Role.*Here/],
  ["a pseudo parameter", { Ref: "AWS::StackId" }, /AWS::StackId.*Here/],
  ["a parameter without a default", { Ref: "Secret" }, /parameter Secret.*Here/],
  [
    "an unknown function inside Fn::Sub's variables",
    { "Fn::Sub": ["${x}", { x: { "Fn::GetAZs": "" } }] },
    /Fn::GetAZs/,
  ],
])("refuses %s that it does not know, by name and place", (_name, value, message) => {
  expect(() => resolve(value)).toThrow(message);
});

test.each([
  ["a resource", { Ref: "Nowhere" }, /Nowhere, which is not in the template/],
  ["an export", { "Fn::ImportValue": "nobody" }, /No stack exports nobody/],
])("refuses %s that is not there", (_name, value, message) => {
  expect(() => resolve(value)).toThrow(message);
});
