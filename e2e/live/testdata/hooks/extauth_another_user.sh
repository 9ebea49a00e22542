#!/bin/sh
# Lets everybody in as one and the same user, who may read only.
echo '{"username":"shared","home_dir":"/tmp/shared","permissions":{"/":["list","download"]},"status":1}'
