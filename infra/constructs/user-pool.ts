import { CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
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
import type { Auth } from "../auth.ts";
import type { Settings } from "../settings.ts";

export interface PeopleProps extends Omit<Extract<Auth, { type: "cognito" }>, "type"> {
  readonly removal: Settings["removal"];
}

/** People with passwords and a second factor, whom an administrator invites; nobody signs up. */
export class People extends Construct {
  readonly issuer: string;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, { callbackUrls, domainPrefix, removal }: PeopleProps) {
    super(scope, id);
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
        callbackUrls: [...callbackUrls],
        logoutUrls: [...callbackUrls],
      },
      accessTokenValidity: Duration.hours(8),
      idTokenValidity: Duration.hours(8),
    });
    // Without a style, even an empty one, the login answers "Login pages unavailable".
    new CfnManagedLoginBranding(this, "Style", {
      userPoolId: pool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    }).node.addDependency(domain);

    const { region, urlSuffix } = Stack.of(this);
    this.issuer = `https://cognito-idp.${region}.${urlSuffix}/${pool.userPoolId}`;
    new CfnOutput(this, "LoginUrl", {
      value: domain.signInUrl(this.client, { redirectUri: callbackUrls[0]! }),
      description: "Where people sign in",
    }).overrideLogicalId("LoginUrl");
    new CfnOutput(this, "UserPoolId", {
      value: pool.userPoolId,
      description: "Invite people: aws cognito-idp admin-create-user",
    }).overrideLogicalId("UserPoolId");
  }
}
