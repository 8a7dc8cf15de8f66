import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, Tags } from "aws-cdk-lib";
import {
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import { acknowledge } from "../acknowledge.ts";
import type { LoginSettings } from "../../contracts/login-settings.ts";
import { stackTag } from "../../contracts/ports/aws-teardown.ts";
import type { Auth } from "../auth.ts";
import type { Settings } from "../settings.ts";

export interface PeopleProps extends Omit<Extract<Auth, { type: "cognito" }>, "type"> {
  readonly removal: Settings["removal"];
  /** Where the login sends people back to, as the page itself says it. */
  readonly pageUrl: string;
}

/** People with passwords and a second factor, whom an administrator invites; nobody signs up. */
export class People extends Construct {
  readonly issuer: string;
  readonly client: UserPoolClient;
  readonly login: { readonly settings: LoginSettings; readonly origins: readonly string[] };

  constructor(
    scope: Construct,
    id: string,
    { callbackUrls = [], domainPrefix, removal, pageUrl }: PeopleProps,
  ) {
    super(scope, id);
    const pages = [pageUrl, ...callbackUrls];
    const pool = new UserPool(this, "Pool", {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      mfa: Mfa.REQUIRED,
      // Messages to telephones cost, and are the weaker factor.
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
        tempPasswordValidity: Duration.days(3),
      },
      // Managed login needs it; free for the first ten thousand users a month.
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: removal === "retain",
      removalPolicy: removal === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(
      pool,
      "Threat protection is billed for each user (plan Plus); a second factor is required of everybody instead.",
      "AwsSolutions-COG3",
      "AwsSolutions-COG8",
    );

    // By it `aws:destroy` finds a pool whose stack is gone.
    Tags.of(pool).add(stackTag, Aws.STACK_ID);

    const domain = pool.addDomain("Login", {
      cognitoDomain: { domainPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.client = pool.addClient("Client", {
      generateSecret: false,
      preventUserExistenceErrors: true,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: pages,
        logoutUrls: pages,
      },
      // The page keeps them where its own scripts can read them, so each is of use for a short time: an hour, renewed for a day's work.
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(12),
      // A refresh token is good for one use; the minute is for an answer that was lost.
      refreshTokenRotationGracePeriod: Duration.minutes(1),
      enableTokenRevocation: true,
    });
    // Without a style, even an empty one, the login answers "Login pages unavailable".
    new CfnManagedLoginBranding(this, "Style", {
      userPoolId: pool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    }).node.addDependency(domain);

    const { region, urlSuffix } = Stack.of(this);
    const pools = `https://cognito-idp.${region}.${urlSuffix}`;
    this.issuer = `${pools}/${pool.userPoolId}`;
    this.login = {
      settings: {
        kind: "login",
        issuer: this.issuer,
        client_id: this.client.userPoolClientId,
        scope: "openid email",
        logout_url: `${domain.baseUrl()}/logout`,
      },
      // Its configuration is at the pools' address, its tokens at the login's.
      origins: [pools, domain.baseUrl()],
    };
    new CfnOutput(this, "UserPoolId", {
      value: pool.userPoolId,
      description: "Invite people: aws cognito-idp admin-create-user",
    }).overrideLogicalId("UserPoolId");
  }
}
