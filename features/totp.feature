Feature: Tokens without Authy
  With the users' secrets in a file (AUTHY_TOTP_FILE), the hooks check the tokens of
  any authenticator by themselves, and Authy is never asked.

  Rule: The right password and the current token let the user in

    Scenario Outline: <asked for>: a login with both
      Given an SFTPGo server that asks for <asked for>
      And its hook checks the tokens itself
      And the user alice with an Authy ID
      When alice logs in with the right password and the current token
      Then alice is in and can upload, list and read back a file
      And Authy was not asked about alice

      Examples:
        | asked for                          |
        | password and token                 |
        | the password followed by the token |

  Rule: A wrong token does not

    Scenario Outline: <asked for>: <token>
      Given an SFTPGo server that asks for <asked for>
      And its hook checks the tokens itself
      And the user alice with an Authy ID
      And the user bob with an Authy ID
      When alice logs in with the right password and <token>
      Then the login is refused

      Examples:
        | asked for                          | token                         |
        | password and token                 | a wrong token                 |
        | password and token                 | bob's current token           |
        | password and token                 | the token of five minutes ago |
        | password and token                 | the token ""                  |
        | the password followed by the token | a wrong token                 |
        | the password followed by the token | bob's current token           |
        | the password followed by the token | the token of five minutes ago |
        | the password followed by the token | the token ""                  |

  Rule: A token is right once

    Scenario Outline: <asked for>: the same token again
      Given an SFTPGo server that asks for <asked for>
      And its hook checks the tokens itself
      And the user alice with an Authy ID
      And alice has logged in with the right password and the current token
      When alice logs in with the right password and the same token
      Then the login is refused

      Examples:
        | asked for                          |
        | password and token                 |
        | the password followed by the token |

    Scenario: Over another protocol it is used up, too
      Given an SFTPGo server that asks for the password followed by the token
      And its hook checks the tokens itself
      And the user alice with an Authy ID
      And alice has logged in by SSH password with the current token
      When alice logs in by FTP with the same token
      Then the login is refused

    Scenario Outline: <asked for>: the same token twenty times at once
      Given an SFTPGo server that asks for <asked for>
      And its hook checks the tokens itself
      And the user alice with an Authy ID
      When alice logs in 20 times at once with the current token
      Then one login gets in and 19 are refused

      Examples:
        | asked for                          |
        | password and token                 |
        | the password followed by the token |
