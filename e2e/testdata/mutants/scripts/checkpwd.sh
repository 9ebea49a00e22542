#!/bin/sh
# A check password hook for SFTPGo, in POSIX shell with curl and jq. It is right.
PATH=/usr/local/bin:/usr/bin:/bin

deny() {
	printf '{"status":0}'
	exit 1
}

password=${SFTPGO_AUTHD_PASSWORD%???????}
token=${SFTPGO_AUTHD_PASSWORD#"$password"}
case $token in
[0-9][0-9][0-9][0-9][0-9][0-9][0-9]) ;;
*) deny ;;
esac
[ -n "$password" ] || deny

id=
for user in $AUTHY_USERS; do
	[ "${user%%=*}" = "$SFTPGO_AUTHD_USERNAME" ] && id=${user#*=}
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

PASSWORD=$password jq --null-input '{status: 2, to_verify: env.PASSWORD}'
