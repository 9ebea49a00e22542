#!/bin/sh
# Asks for the password, and ends without a result.
echo '{"questions":["Password: "],"echos":[false],"check_password":1}'
read -r said
echo "oh, $said" >&2
exit 1
