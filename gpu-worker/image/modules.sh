#!/bin/sh
# The worker's npm packages, in the folder that holds package.json and its lock. GPU=1 adds onnxruntime's CUDA provider.
set -eu
ONNXRUNTIME_NODE_INSTALL=skip npm ci --omit=dev --omit=optional
if [ "${GPU:-0}" = 1 ]; then
  # npm is told to leave this script alone (it downloads, 300 MB); only here the CUDA provider is wanted.
  ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js
  test -e node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so
fi
