#!/usr/bin/env python3
"""A login hook for SFTPGo, of any kind, in Python with its standard library. It is
right. As a program: hook.py KIND. Over HTTP: hook.py KIND HOST:PORT.
"""

import http.client
import http.server
import json
import os
import queue
import re
import sys
import threading
import urllib.parse

MOST = 65536


class Denied(Exception):
    """Why somebody is not let in, in words that have no secret in them."""


def verify(username, token):
    """Returns if Authy says that this is the user's token, and raises otherwise."""
    if not re.fullmatch("[0-9]{7}", token):
        raise Denied("this is no token")
    users = dict(pair.split("=") for pair in os.environ["AUTHY_USERS"].split())
    if username not in users:
        raise Denied("the user has no Authy ID")
    body = within(float(os.environ["AUTHY_SECONDS"]), lambda: ask(users[username], token))
    answer = json.loads(body)
    if not (answer["success"] == "true" or answer["success"] is True) or answer["token"] != "is valid":
        raise Denied("Authy does not say that the token is valid")


def ask(authy_id, token):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(os.environ["AUTHY_URL"]).netloc)
    try:
        connection.request(
            "GET",
            f"/protected/json/verify/{token}/{authy_id}?force=true",
            headers={"X-Authy-API-Key": os.environ["AUTHY_KEY"]},
        )
        response = connection.getresponse()
        body = response.read(MOST)
        if response.status != 200:
            raise Denied("Authy says no")
        if response.length:
            raise Denied("there is more, or less, to Authy's answer")
        return body
    finally:
        connection.close()


def within(seconds, work):
    """Does the work, or gives it up: a limit for each read is none for the whole."""
    done = queue.SimpleQueue()

    def attempt():
        try:
            done.put((work(), None))
        except Exception as error:
            done.put((None, error))

    threading.Thread(target=attempt, daemon=True).start()
    result, error = done.get(timeout=seconds)
    if error:
        raise error
    return result


def check_password(request):
    typed = request["password"]
    password, token = typed[:-7], typed[-7:]
    if not password:
        raise Denied("there is no password")
    verify(request["username"], token)
    return json.dumps({"status": 2, "to_verify": password})


def external_auth(request):
    user = request.get("user") or {}
    if user.get("username") != request["username"] or user.get("status") != 1:
        raise Denied("SFTPGo does not know the user, or has him disabled")
    verify(request["username"], request["password"])
    return json.dumps(user)


def keyboard_interactive(request):
    answers = request.get("answers") or [""]
    if request["step"] == 1:
        return json.dumps({"questions": ["Password: "], "echos": [False], "check_password": 1})
    if request["step"] == 2 and answers[0] == "OK":
        return json.dumps({"questions": ["Authy token: "], "echos": [False]})
    if request["step"] != 3:
        raise Denied("SFTPGo has not checked the password")
    verify(request["username"], answers[0])
    return json.dumps({"auth_result": 1})


KINDS = {
    "check-password": (check_password, '{"status":0}'),
    "external-auth": (external_auth, '{"username":""}'),
    "keyboard-interactive": (keyboard_interactive, '{"auth_result":-1}'),
}


def decide(kind, request):
    """Returns what to say to SFTPGo, and how to end."""
    hook, no = KINDS[kind]
    try:
        return hook(request), 0
    except Denied as why:
        print(f"refused: {why}", file=sys.stderr)
    except Exception as error:
        print(f"refused: {type(error).__name__}", file=sys.stderr)
    return no, 1


def program(kind):
    request = {name.lower(): os.environ.get("SFTPGO_AUTHD_" + name, "") for name in ("USERNAME", "PASSWORD", "PROTOCOL")}
    request["user"] = json.loads(os.environ.get("SFTPGO_AUTHD_USER") or "null")
    said, code = decide(kind, {**request, "step": 1})
    if kind == "keyboard-interactive":
        for step in (2, 3):
            print(said, flush=True)
            request["answers"] = [sys.stdin.readline().removesuffix("\n")]
            said, code = decide(kind, {**request, "step": step})
            if code:
                break
    print(said, flush=True)
    os._exit(code)  # who still waits for Authy waits in vain


class Service(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said, _ = decide(sys.argv[1], request)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *_):
        pass


if len(sys.argv) == 2:
    program(sys.argv[1])
host, port = sys.argv[2].rsplit(":", 1)
http.server.ThreadingHTTPServer((host, int(port)), Service).serve_forever()
