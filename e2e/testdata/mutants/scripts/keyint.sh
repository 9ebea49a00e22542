#!/bin/sh
# A keyboard-interactive hook for SFTPGo, in POSIX shell with curl and jq. It is
# right.
PATH=/usr/local/bin:/usr/bin:/bin

deny() {
	printf '{"auth_result":-1}\n'
	exit 1
}

printf '{"questions":["Password: "],"echos":[false],"check_password":1}\n'
IFS= read -r answer && [ "$answer" = OK ] || deny
printf '{"questions":["Authy token: "],"echos":[false]}\n'
IFS= read -r token || deny

case $token in
[0-9][0-9][0-9][0-9][0-9][0-9][0-9]) ;;
*) deny ;;
esac

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

printf '{"auth_result":1}\n'
