import { CfnOutput, Duration, Fn, RemovalPolicy } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Construct } from "constructs";

export interface PageProps {
  /** Folder with the built page. */
  readonly source: string;
  readonly api: HttpApi;
  /** Where the page's presigned requests go. */
  readonly media: IBucket;
}

/** The page and the API behind one address, so that the browser sees one origin. */
export class Page extends Construct {
  constructor(scope: Construct, id: string, { source, api, media }: PageProps) {
    super(scope, id);
    const bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // The next deployment makes it again.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const distribution = new Distribution(this, "Distribution", {
      comment: "Framequeue",
      defaultRootObject: "index.html",
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#securityHeaders(media),
      },
      additionalBehaviors: {
        "/v1/*": {
          origin: new HttpOrigin(Fn.select(1, Fn.split("://", api.apiEndpoint))),
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        },
      },
    });

    const files = {
      destinationBucket: bucket,
      sources: [Source.asset(source)],
      memoryLimit: 256,
    };
    // Vite names what lies there by its content. Earlier ones stay: a page that is open may still ask for them.
    const assets = new BucketDeployment(this, "Assets", {
      ...files,
      exclude: ["*"],
      include: ["assets/*"],
      prune: false,
      cacheControl: [
        CacheControl.setPublic(),
        CacheControl.maxAge(Duration.days(365)),
        CacheControl.immutable(),
      ],
    });
    const entries = new BucketDeployment(this, "Entries", {
      ...files,
      exclude: ["assets/*"],
      cacheControl: [CacheControl.noCache()],
      distribution,
    });
    // A new page must not be seen before the files that it asks for.
    entries.node.addDependency(assets);
    new CfnOutput(this, "PageUrl", {
      value: `https://${distribution.distributionDomainName}`,
      description: "The page, and the API under /v1",
    }).overrideLogicalId("PageUrl");
  }

  #securityHeaders(media: IBucket): ResponseHeadersPolicy {
    // The host that the SDK signs for.
    const bucket = `https://${media.bucketRegionalDomainName}`;
    const policy = {
      "default-src": "'self'",
      "connect-src": `'self' ${bucket}`,
      "media-src": `'self' blob: ${bucket}`,
      "img-src": `'self' blob: data: ${bucket}`,
      "object-src": "'none'",
      "frame-ancestors": "'none'",
      "base-uri": "'none'",
      "form-action": "'self'",
    };
    return new ResponseHeadersPolicy(this, "Headers", {
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: Object.entries(policy)
            .map(([directive, sources]) => `${directive} ${sources}`)
            .join("; "),
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
      },
    });
  }
}
