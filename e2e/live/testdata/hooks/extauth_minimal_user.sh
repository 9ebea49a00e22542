#!/bin/sh
# Makes a user of its own out of the name, and lets anybody in.
printf '{"username":"%s","home_dir":"/tmp/%s","permissions":{"/":["*"]},"status":1}\n' "$SFTPGO_AUTHD_USERNAME" "$SFTPGO_AUTHD_USERNAME"
