import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  NoSuchUpload,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

interface Place {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
}

/** Removes every object and unfinished upload under the prefix; throws when S3 left one. */
export async function removeAllObjects(place: Place): Promise<void> {
  // Uploads first: one that is completed now is still seen by the listing of objects.
  await abortUploads(place);
  await deleteObjects(place);
}

async function abortUploads({ client, bucket, prefix }: Place): Promise<void> {
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...from }),
    );
    for (const { Key, UploadId } of page.Uploads ?? []) {
      await client
        .send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
        .catch(unlessGone);
    }
    if (!page.IsTruncated) return;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

async function deleteObjects({ client, bucket, prefix }: Place): Promise<void> {
  // A page holds at most 1,000 keys, which is also what one deletion takes.
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client },
    { Bucket: bucket, Prefix: prefix },
  )) {
    if (!Contents.length) continue;
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: Contents.map(({ Key }) => ({ Key })), Quiet: true },
      }),
    );
    if (Errors.length) {
      throw new Error(`S3 left ${Errors.length} objects under ${prefix}: ${Errors[0]?.Message}`);
    }
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof NoSuchUpload)) throw error;
}
