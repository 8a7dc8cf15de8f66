#!/bin/sh
# Runs a command in a root folder as a container would: read-only but for the given folder, as the image's user.
# To be run in a mount namespace of its own. Not chroot: the kernel makes no user namespaces in one.
set -eu
root=$1 writable=$2
shift 2
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind "$root$writable" "$root$writable"
mount -o remount,bind,ro "$root"
cd "$root"
pivot_root . mnt
umount -l /mnt
cd /framequeue
exec setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set -all -- "$@"
