#!/bin/sh
# An external authentication hook for SFTPGo, in POSIX shell with curl and jq. It
# is right.
PATH=/usr/local/bin:/usr/bin:/bin

deny() {
	printf '{"username":""}'
	exit 1
}

token=$SFTPGO_AUTHD_PASSWORD
case $token in
[0-9][0-9][0-9][0-9][0-9][0-9][0-9]) ;;
*) deny ;;
esac

name=$(printf %s "$SFTPGO_AUTHD_USER" | jq --raw-output 'select(.status == 1) | .username')
[ -n "$name" ] && [ "$name" = "$SFTPGO_AUTHD_USERNAME" ] || deny
id=
for user in $AUTHY_USERS; do
	[ "${user%%=*}" = "$name" ] && id=${user#*=}
done
[ -n "$id" ] || deny

answer=$(printf 'header = "X-Authy-API-Key: %s"\n' "$AUTHY_KEY" |
	curl --config - --silent --max-time "$AUTHY_SECONDS" --write-out '\n%{exitcode} %{http_code}' \
		"$AUTHY_URL/protected/json/verify/$token/$id?force=true" | head -c 65536)
outcome=$(printf %s "$answer" | tail -n 1)
[ "$outcome" = "0 200" ] || deny
printf %s "$answer" | sed '$d' | jq --slurp --exit-status '
	length == 1 and (.[0] | type == "object" and .token == "is valid" and (.success == "true" or .success == true))
' >/dev/null 2>&1 || deny

printf %s "$SFTPGO_AUTHD_USER"
