#!/usr/bin/env bash
# Renews SUPABASE_SERVICE_ROLE_KEY and stores it where the services read it.
set -euo pipefail

new="$(supabase projects api-keys --project-ref "$1" --output json | jq -r '.[] | select(.name == "service_role") | .api_key')"
railway variables --set "SUPABASE_SERVICE_ROLE_KEY=$new"
gh secret set SUPABASE_SERVICE_ROLE_KEY <<< "$new"
