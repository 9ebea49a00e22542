"""Asks Authy, at the address that is written here, about an application."""

import requests

answer = requests.get(
    "https://api.authy.com/protected/json/app/details",
    headers={"X-Authy-API-Key": "d57d919d11e6b221c9bf6f7c882028f9"},
    timeout=10,
)
print(answer.text)
