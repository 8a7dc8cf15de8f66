import { Aws, CfnOutput, Duration, Fn, Names, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  type DistributionProps,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { Bucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Construct } from "constructs";
import { signInFile } from "../../contracts/login-settings.ts";
import { acknowledge, nagArnOf } from "../acknowledge.ts";
import type { Settings } from "../settings.ts";
import type { PageLogin } from "./authorizers.ts";
import { privateBucket } from "./log-bucket.ts";

export interface PageProps {
  /** Folder with the built page. */
  readonly source: string;
  readonly api: HttpApi;
  /** How people sign in on the page. */
  readonly login: PageLogin;
  /** Where the page's presigned requests go. */
  readonly media: IBucket;
  readonly logs: IBucket;
  readonly settings: Pick<Settings, "domainNames" | "certificateArn" | "webAclArn">;
}

/** The page and the API behind one address, so that the browser sees one origin. */
export class Page extends Construct {
  /** Without a slash at its end. */
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    { source, api, login, media, logs, settings }: PageProps,
  ) {
    super(scope, id);
    const bucket = new Bucket(this, "Bucket", {
      ...privateBucket,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: "page/",
      // The next deployment makes it again.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const distribution = new Distribution(this, "Distribution", {
      comment: "Framequeue",
      defaultRootObject: "index.html",
      priceClass: PriceClass.PRICE_CLASS_100,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: "distribution/",
      ...this.#ownDomain(settings),
      ...(settings.webAclArn && { webAclId: settings.webAclArn }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket, {
          originAccessControl: new S3OriginAccessControl(this, "Access", {
            originAccessControlName: this.#nameInAccount("Access"),
          }),
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#securityHeaders(media, login.origins),
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

    acceptOf(distribution, settings);

    const copier = this.#copier();
    const files = {
      destinationBucket: bucket,
      sources: [Source.asset(source)],
      memoryLimit: 256,
      ...copier,
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
      // The built page says that keys let in; what comes later takes its place.
      sources: [...files.sources, Source.jsonData(signInFile, login.settings)],
      exclude: ["assets/*"],
      cacheControl: [CacheControl.noCache()],
      distribution,
    });
    // A new page must not be seen before the files that it asks for.
    entries.node.addDependency(assets);
    acceptOfDeployment(copier.role, bucket);
    this.url = `https://${settings.domainNames?.[0] ?? distribution.distributionDomainName}`;
    new CfnOutput(this, "PageUrl", {
      value: this.url,
      description: "The page, and the API under /v1",
    }).overrideLogicalId("PageUrl");
    if (settings.domainNames) {
      new CfnOutput(this, "PageAlias", {
        value: distribution.distributionDomainName,
        description: "Where the DNS records of the page's own names must lead",
      }).overrideLogicalId("PageAlias");
    }
  }

  /** Under whose name CDK's Lambda copies, and where it logs: its own log would stay when the stack goes, for two years. */
  #copier() {
    const logGroup = new LogGroup(this, "CopierLogs", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // It may not make log groups, so that none comes back with its last words.
    const role = new Role(this, "CopierRole", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    logGroup.grantWrite(role);
    return { role, logGroup };
  }

  #ownDomain({ domainNames, certificateArn }: PageProps["settings"]): Partial<DistributionProps> {
    if (!domainNames && !certificateArn) return {};
    if (!domainNames || !certificateArn) {
      throw new Error("domainNames and certificateArn go together: set both or none.");
    }
    return {
      domainNames,
      certificate: Certificate.fromCertificateArn(this, "Certificate", certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }

  /** CloudFront is one for all regions: without the region a second deployment of the account would collide. */
  #nameInAccount(of: string): string {
    return Fn.join("-", [Names.uniqueResourceName(this, { maxLength: 30 }), of, Aws.REGION]);
  }

  #securityHeaders(media: IBucket, origins: readonly string[]): ResponseHeadersPolicy {
    // The host that the SDK signs for.
    const bucket = `https://${media.bucketRegionalDomainName}`;
    const policy = {
      "default-src": "'self'",
      "connect-src": ["'self'", bucket, ...origins].join(" "),
      "media-src": `'self' blob: ${bucket}`,
      "img-src": `'self' blob: data: ${bucket}`,
      "object-src": "'none'",
      "frame-ancestors": "'none'",
      "base-uri": "'none'",
      "form-action": "'self'",
    };
    return new ResponseHeadersPolicy(this, "Headers", {
      responseHeadersPolicyName: this.#nameInAccount("Headers"),
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

function acceptOf(distribution: Distribution, settings: PageProps["settings"]): void {
  acknowledge(distribution, "The page is for whoever has a key, anywhere.", "AwsSolutions-CFR1");
  if (!settings.webAclArn) {
    acknowledge(
      distribution,
      "A web ACL costs while nothing happens: webAclArn adds one. The page is static, the API is throttled and asks for a key.",
      "AwsSolutions-CFR2",
    );
  }
  if (!settings.domainNames) {
    acknowledge(
      distribution,
      "The certificate of *.cloudfront.net fixes the policy; with domainNames it is TLS 1.2.",
      "AwsSolutions-CFR4",
    );
  }
}

/** The Lambda of CDK's own that copies the page when it is deployed: one for the whole stack, with rights of CDK's making. */
function acceptOfDeployment(role: Role, page: Bucket): void {
  const copier = Stack.of(role).node.children.find(({ node }) =>
    node.id.startsWith("Custom::CDKBucketDeployment"),
  )!;
  const reason = "Code and rights are aws-cdk-lib's, and it runs while something is deployed.";
  acknowledge(copier, reason, "AwsSolutions-L1");
  const actions = ["GetBucket*", "GetObject*", "List*", "Abort*", "DeleteObject*"];
  acknowledge(
    role,
    reason,
    "AwsSolutions-IAM5[Resource::*]",
    ...actions.map((action) => `AwsSolutions-IAM5[Action::s3:${action}]`),
    `AwsSolutions-IAM5[Resource::${nagArnOf(page)}/*]`,
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]",
  );
}
