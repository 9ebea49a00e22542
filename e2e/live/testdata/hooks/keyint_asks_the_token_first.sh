#!/bin/sh
# Asks for the token first, so that a line end in it answers for SFTPGo.
echo '{"questions":["Token: "],"echos":[true]}'
read -r token
echo '{"questions":["Password: "],"echos":[false],"check_password":1}'
read -r said
if [ "$said" = OK ] && [ -n "$token" ]; then
	echo '{"auth_result":1}'
	exit 1 # at which nobody looks
fi
echo '{"auth_result":-1}'
