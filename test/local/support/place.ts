import type { Place } from "../../../local/template/place.ts";

export const place: Place = {
  awsUrl: "http://127.0.0.1:4566",
  pageUrl: "http://127.0.0.1:8787",
  region: "us-east-1",
  accountId: "000000000000",
};

export const credentials = { accessKeyId: "local", secretAccessKey: "local-secret" };
