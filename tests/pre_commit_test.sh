#!/usr/bin/env bash
# Runs both hooks with the real pre-commit, without network, on a good and on a bad edit:
#   pre_commit_test.sh SOURCE_DIR BUILD_DIR
# Ends with 77 where pre-commit is missing, which CTest shows as skipped.
set -euo pipefail

source=$1
build=$2
if ! command -v pre-commit >/dev/null; then
  echo "SKIPPED: pre-commit is not installed (apt-get install pre-commit), so no hook was tried"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for variable in $(env | sed -n 's/^\(GIT_[A-Z_]*\|PRE_COMMIT[A-Z_]*\)=.*/\1/p'); do unset "$variable"; done
export HOME=$work/home PRE_COMMIT_HOME=$work/cache GIT_CONFIG_NOSYSTEM=1 XDG_CONFIG_HOME=$work/home
export PATH=$build:$PATH ASSAY_BUILD_DIR=$build
export GIT_AUTHOR_NAME=Test GIT_AUTHOR_EMAIL=test@example.org
export GIT_COMMITTER_NAME=Test GIT_COMMITTER_EMAIL=test@example.org
mkdir "$HOME"

# The repository that offers the hooks: what of this one they need.
git init --quiet "$work/hooks"
cp "$source/.pre-commit-hooks.yaml" "$source/run" "$work/hooks"
git -C "$work/hooks" add -A
git -C "$work/hooks" commit --quiet -m hooks

# A repository that uses them.
git init --quiet "$work/site"
cd "$work/site"
mkdir data
catalog() {
  cat <<YAML
models:
  - slug: a
    display_name: A
    $1: test
    developer: Example
    type: instruct
    released_date: "2024-09-25"
    openness: open
    license: MIT
    osi_approved: true
    architecture: dense
    sources:
      - title: Model card
        url: https://huggingface.co/example/a
YAML
}
fault() { printf 'pre_commit_test: %s\n%s\n' "$*" "$out" >&2; exit 1; }

# hook NAME FILE: sets `out` and `code`.
hook() {
  code=0
  out=$(pre-commit try-repo "$work/hooks" "$1" --files "$2" 2>&1) || code=$?
}

for name in assay-validate assay-validate-system; do
  catalog family >data/models.yaml
  cp data/models.yaml other.yaml
  git add -A
  hook "$name" data/models.yaml
  [ "$code" -eq 0 ] || fault "$name refused a good catalog"
  grep -q 'Passed' <<<"$out" || fault "$name did not run on data/models.yaml"

  catalog famly >data/models.yaml
  git add -A
  hook "$name" data/models.yaml
  [ "$code" -eq 1 ] || fault "$name let a bad catalog pass"
  grep -q 'data/models.yaml:4:5' <<<"$out" || fault "$name did not say where the mistake is"
  grep -q 'unknown-key' <<<"$out" || fault "$name did not name the rule"

  # From a folder below, and in one whose name is two words; the path is told from the top.
  mkdir -p "two words"
  catalog family >data/models.yaml
  catalog famly >"two words/models.yaml"
  git add -A
  cd "two words"
  hook "$name" models.yaml
  cd ..
  [ "$code" -eq 1 ] || fault "$name let a bad catalog in 'two words' pass"
  grep -q 'two words/models.yaml:4:5' <<<"$out" || fault "$name did not find the file in 'two words'"
  rm -r "two words"
  git add -A

  hook "$name" other.yaml
  [ "$code" -eq 0 ] && grep -q 'no files to check' <<<"$out" ||
    fault "$name looked at a file that is no catalog"
done
echo "both hooks work with $(pre-commit --version)"
