/**
 * Bash that waits until Spot takes the instance it runs on, and then tells the container of this name, two minutes before the
 * end. EC2 says it to the instance alone, by its metadata; ECS drains such an instance, and leaves tasks alone that belong to
 * no service.
 */
export const spotNotice = (container: string): string => `imds=http://169.254.169.254/latest
is_taken() {
  local token=$(curl -sf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" $imds/api/token)
  # 404 until there is a notice.
  curl -sf -H "X-aws-ec2-metadata-token: $token" $imds/meta-data/spot/instance-action
}
# As often as EC2 asks to look.
until is_taken; do sleep 5; done
docker ps -q --filter label=com.amazonaws.ecs.container-name=${container} | xargs -r docker kill --signal TERM`;

/** Commands of an instance's first start that leave this running beside all else. */
export const watchForSpotNotice = (container: string): string[] => [
  `cat > /usr/local/bin/spot-notice <<'END'\n#!/bin/bash\n${spotNotice(container)}\nEND`,
  "chmod +x /usr/local/bin/spot-notice",
  "systemd-run --unit=spot-notice --property=Restart=on-failure /usr/local/bin/spot-notice",
];
