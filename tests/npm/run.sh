#!/usr/bin/env bash
# A test that needs npm: run.sh FOLDER SCRIPT [ARGS…]. Installs package.json into FOLDER when it changed,
# then runs `node SCRIPT` with $ASSAY_NODE_MODULES. Exits with 77 (skipped) where Node or npm is missing,
# no registry answers, or nothing can be installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1
shift

skip() {
  echo "SKIPPED: $*"
  exit 77
}
command -v node >/dev/null || skip "node is not installed (apt-get install nodejs), so $(basename "$1") checked nothing"
command -v npm >/dev/null || skip "npm is not installed (apt-get install npm), so $(basename "$1") checked nothing"

mkdir -p "$folder"
exec 9>"$folder/lock" # tests run side by side
flock 9
if ! cmp -s "$here/package.json" "$folder/installed.json"; then
  # Where the registry does not answer, npm install would try for minutes. What one test found out holds
  # for those that wait for it.
  registry=$(npm config get registry)
  if [ -n "$(find "$folder/unreachable" -mmin -2 2>/dev/null)" ] ||
    ! timeout 30 npm view ajv version --fetch-retries=0 --fetch-timeout=10000 >"$folder/npm.log" 2>&1; then
    touch "$folder/unreachable"
    skip "the registry $registry does not answer, so $(basename "$1") checked nothing"
  fi
  rm -f "$folder/unreachable"
  cp "$here/package.json" "$folder/package.json"
  timeout 240 npm install --prefix "$folder" --no-audit --no-fund --no-package-lock >"$folder/npm.log" 2>&1 ||
    skip "npm could not install the packages of tests/npm/package.json ($(tail -n 1 "$folder/npm.log"))"
  cp "$here/package.json" "$folder/installed.json"
fi
flock -u 9
export ASSAY_NODE_MODULES=$folder/node_modules
exec node "$here/$@"
