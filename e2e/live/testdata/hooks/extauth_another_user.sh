#!/bin/sh
# Lets everybody in as somebody else, who may read only.
name="shared-$SFTPGO_AUTHD_USERNAME"
printf '{"username":"%s","home_dir":"/tmp/%s","permissions":{"/":["list","download"]},"status":1}\n' "$name" "$name"
