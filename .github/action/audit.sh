#!/usr/bin/env bash
# Audits $TARGET and leaves the reports in $RUNNER_TEMP; `action.yml` passes or fails afterwards.
#
# Takes what `action.yml` puts into the environment, and what Actions sets: RUNNER_TEMP,
# GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, RUNNER_DEBUG. Ends with 0: `exit-code` says how it went.
set -euo pipefail

json=$RUNNER_TEMP/autodevops.json
sarif=$RUNNER_TEMP/autodevops.sarif
markdown=$RUNNER_TEMP/autodevops.md
rm -f "$json" "$sarif" "$markdown"

arguments=(--format json --output "$json" --format sarif --output "$sarif" --format markdown --output "$markdown")
if [ "${ANNOTATIONS:-true}" = true ]; then arguments+=(--format github --output -); fi
if [ -n "${FAIL_ON:-}" ]; then arguments+=(--fail-on "$FAIL_ON"); fi
if [ -n "${SELECT:-}" ]; then arguments+=(--select "$SELECT"); fi
if [ -n "${IGNORE:-}" ]; then arguments+=(--ignore "$IGNORE"); fi
if [ "${STRICT:-false}" = true ]; then arguments+=(--strict); fi
if [ -n "${RUNNER_DEBUG:-}" ]; then arguments+=(--verbose); fi
if [ -z "${GITHUB_TOKEN:-}" ]; then arguments+=(--offline); fi

code=0
"$PROGRAM" audit "${arguments[@]}" -- "${TARGET:-.}" || code=$?
echo "exit-code=$code" >> "$GITHUB_OUTPUT"

if [ ! -s "$json" ]; then
  echo "::error title=autodevops::there is no verdict: the audit ended with $code"
  exit 0
fi
{
  echo "json=$json"
  echo "sarif=$sarif"
  printf 'conformance=%s\n' "$(sed -n 's/^ *"conformance": \([0-9.]*\),*$/\1/p' "$json" | head -n 1)"
} >> "$GITHUB_OUTPUT"
if [ "${SUMMARY:-true}" = true ]; then cat "$markdown" >> "$GITHUB_STEP_SUMMARY"; fi
