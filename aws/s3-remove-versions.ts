import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";

/** Removes every version and delete marker of every object, which a bucket has that was ever versioned; throws when S3 left one. */
export async function removeAllVersions({
  client,
  bucket,
}: {
  readonly client: S3Client;
  readonly bucket: string;
}): Promise<void> {
  for (;;) {
    // From the beginning each time, as what was found is gone. A page holds at most 1,000 of both, which is also what one deletion takes.
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket }),
    );
    const found = [...Versions, ...DeleteMarkers];
    if (found.length === 0) return;
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: {
          Objects: found.map(({ Key, VersionId }) => ({ Key, VersionId })),
          Quiet: true,
        },
      }),
    );
    if (Errors.length > 0) {
      throw new Error(`S3 left ${Errors.length} versions in ${bucket}: ${Errors[0]?.Message}`);
    }
  }
}
