import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import type { AwsEndpoint } from "./endpoint.ts";

/** What the S3 contract works with: a bucket whose CORS admits one origin. */
export interface S3Setup {
  readonly endpoint: AwsEndpoint;
  readonly s3: S3Client;
  /** The same with the SDK's default checksums. */
  readonly checksummingS3: S3Client;
  readonly bucket: string;
}

export const pageOrigin = "http://localhost:5173";

export async function bytesOf({ Body }: GetObjectCommandOutput): Promise<Buffer> {
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** The S3 error code in an answer. */
export async function codeIn(response: Response): Promise<string | undefined> {
  return /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1];
}
