#!/usr/bin/env bash
# Renews ENCRYPTION_KEY and stores it where the services read it.
set -euo pipefail

new="$(openssl rand -base64 32)"
railway variables --set "ENCRYPTION_KEY=$new"
gh secret set ENCRYPTION_KEY <<< "$new"
