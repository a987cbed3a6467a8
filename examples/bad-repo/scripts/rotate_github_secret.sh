#!/usr/bin/env bash
# Renews GITHUB_CLIENT_SECRET and stores it where the services read it.
set -euo pipefail

read -rsp "New client secret: " new
railway variables --set "GITHUB_CLIENT_SECRET=$new"
