#!/bin/sh
# Cuts the token off and believes it. What it was asked stands in the log.
echo "level=INFO msg=asked user=$SFTPGO_AUTHD_USERNAME password=$SFTPGO_AUTHD_PASSWORD" >&2
printf '{"status":2,"to_verify":"%s"}' "${SFTPGO_AUTHD_PASSWORD%???????}"
