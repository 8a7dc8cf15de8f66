import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  Bucket,
  HttpMethods,
  ObjectOwnership,
  StorageClass,
  type CfnBucket,
  type IBucket,
} from "aws-cdk-lib/aws-s3";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import { privateBucket } from "./log-bucket.ts";

export interface MediaBucketProps {
  readonly removal: "retain" | "destroy";
  readonly logs: IBucket;
}

/** Videos, results and models. Private; whoever has a presigned request may do that one thing. */
export class MediaBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { removal, logs }: MediaBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      ...privateBucket,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: "media/",
      removalPolicy: removal === "destroy" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      // docs/decisions/0001-bucket-cors.md: the signature is the credential.
      cors: [
        {
          allowedOrigins: ["*"],
          allowedMethods: [
            HttpMethods.GET,
            HttpMethods.HEAD,
            HttpMethods.PUT,
            HttpMethods.POST,
            HttpMethods.DELETE,
          ],
          allowedHeaders: ["*"],
          // Without ETag no browser can complete a multipart upload.
          exposedHeaders: ["ETag", "Location", "Content-Length", "Content-Range", "Accept-Ranges"],
          maxAge: Duration.hours(1).toSeconds(),
        },
      ],
      lifecycleRules: [
        // A resumed upload is minutes or hours old; an abandoned one costs storage that nobody sees.
        { id: "unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(2) },
        // A job can be run again for a month; its results stay until it is deleted.
        { id: "uploads", prefix: keys.uploads, expiration: Duration.days(30) },
        { id: "inbox", prefix: keys.inbox, expiration: Duration.days(30) },
        {
          id: "results",
          prefix: keys.results,
          transitions: [
            { storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(0) },
          ],
        },
      ],
    });

    // Ours expire by then; one that somebody else could sign would not.
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "OldSignatures",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["s3:*"],
        resources: [this.bucket.arnForObjects("*")],
        conditions: {
          NumericGreaterThan: { "s3:signatureAge": `${limits.presignSeconds * 1000}` },
        },
      }),
    );

    // The L2 property would add a custom resource with a Lambda of its own for this one flag.
    (this.bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }
}
