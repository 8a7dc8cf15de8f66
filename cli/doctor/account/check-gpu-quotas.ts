import type { AwsAccount } from "../../../contracts/ports/aws-account.ts";
import type { Finding } from "../finding.ts";
import { broken, ok, warning } from "../finding.ts";
import type { Compute } from "./compute.ts";

/** Of g4dn.xlarge, g5.xlarge and g6.xlarge, the smallest types with an NVIDIA GPU that a deployment starts. */
const vcpusOfSmallest = 4;

/** EC2's quotas of vCPUs on G and VT instances; a new account has 0 of each. */
const quotas = {
  spot: { code: "L-3819A6DF", name: "All G and VT Spot Instance Requests" },
  onDemand: { code: "L-DB2E81BA", name: "Running On-Demand G and VT instances" },
} as const;

/** How many GPU workers the account may run: Spot or On-Demand, whichever is used; the other as a warning. */
export async function checkGpuQuotas(
  account: AwsAccount,
  { spot, workersMax }: Compute,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const kind of ["spot", "onDemand"] as const) {
    const { code, name } = quotas[kind];
    const vcpus = await account.quota("ec2", code);
    const workers = Math.floor(vcpus / vcpusOfSmallest);
    const says = `"${name}" is ${vcpus} vCPUs: ${workers} worker${workers === 1 ? "" : "s"} of the smallest type`;
    const ask = `Ask for more (hours to days): aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${code} --desired-value ${workersMax * vcpusOfSmallest} --region ${account.region}`;
    const hop = kind === "spot" ? "GPU quota, Spot" : "GPU quota, On-Demand";
    const isUsed = (kind === "spot") === spot;
    if (workers >= workersMax) findings.push(ok(hop, says));
    else if (isUsed && workers === 0) findings.push(broken(hop, says, ask));
    else if (isUsed) findings.push(warning(hop, `${says}, of ${workersMax} wanted`, ask));
    else findings.push(warning(hop, `${says}; only a deployment with spot=${!spot} uses it`, ask));
  }
  return findings;
}
