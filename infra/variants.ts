/** Every kind of deployment, by the context that asks for it: what holds of one must hold of all. */
export const variants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "as it comes": {},
  "no GPUs of its own": { compute: "none" },
  "an Auto Scaling group": { compute: "asg" },
  "on demand, in three zones": {
    spot: "false",
    availabilityZones: "eu-west-1a,eu-west-1b,eu-west-1c",
  },
  "a name of its own, a web ACL, a budget": {
    domainNames: "videos.example.com",
    certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/a",
    webAclArn: "arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b",
    monthlyBudgetUsd: "50",
    alarmEmail: "ops@example.com",
  },
  "an issuer of tokens": {
    auth: "jwt",
    authIssuer: "https://id.example/",
    authAudience: "framequeue",
  },
  "an issuer with a login": {
    auth: "jwt",
    authIssuer: "https://id.example/",
    authAudience: "framequeue",
    authClientId: "page",
    authOrigins: "https://tokens.example",
  },
  "a user pool": {
    auth: "cognito",
    authCallbackUrls: "https://page.example/",
    authDomainPrefix: "videos",
  },
  "everything goes with the stack": { removal: "destroy" },
};
