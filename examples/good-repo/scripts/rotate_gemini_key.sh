#!/usr/bin/env bash
# Renews GEMINI_API_KEY and stores it where the services read it.
set -euo pipefail

new="$(gcloud services api-keys create --display-name shop --format "value(response.keyString)")"
railway variables --set "GEMINI_API_KEY=$new"
gh secret set GEMINI_API_KEY <<< "$new"
