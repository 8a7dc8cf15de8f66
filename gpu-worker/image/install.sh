#!/bin/sh
# What the worker needs of its system, in a fresh Debian or Ubuntu: its own ffmpeg, what keeps it apart, a user without rights.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update
# util-linux has prlimit and setpriv, which bound ffmpeg and end it with its worker.
apt-get install -y --no-install-recommends bubblewrap ca-certificates ffmpeg util-linux
rm -rf /var/lib/apt/lists/*
useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin framequeue
# All that is ever written: jobs' scratch folders, and models that are not built in.
install -d -o framequeue -m 0700 /var/lib/framequeue/scratch /var/lib/framequeue/models
