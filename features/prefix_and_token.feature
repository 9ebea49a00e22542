@check-password
Feature: Prefix and token
  With SFTPGo's check password hook, one password field takes both: the user's
  fixed password and, right behind it, the token that the user's Authy app shows.
  The hook cuts the token off and asks Authy about it; SFTPGo checks what is left.

  Background:
    Given an SFTPGo server that asks for the password followed by the token
    And the user alice with an Authy ID

  Rule: The right password followed by the current token lets the user in

    Scenario: A login with both
      When alice logs in with the right password and the current token
      Then alice is in and can upload, list and read back a file
      And Authy was asked once about alice

    Scenario: A password with letters of more than one byte
      Given the user émile with an Authy ID and the password "clé-à-molette-日本"
      When émile logs in with the right password and the current token
      Then émile is in and can upload, list and read back a file

  Rule: One of them alone is not enough

    Scenario: A wrong token
      When alice logs in with the right password and a wrong token
      Then the login is refused

    Scenario: A wrong password
      When alice logs in with a wrong password and the current token
      Then the login is refused

    Scenario: No token
      When alice logs in with the right password and the token ""
      Then the login is refused
      And Authy was not asked about alice

    Scenario: No password
      When alice logs in with no password and the current token
      Then the login is refused
      And Authy was not asked about alice

  Rule: A token is good for its own user, once, and not for long

    Scenario: The token of another user
      Given the user bob with an Authy ID
      When alice logs in with the right password and bob's current token
      Then the login is refused

    Scenario: The same token twice
      Given alice has logged in with the right password and the current token
      When alice logs in with the right password and the same token
      Then the login is refused

    Scenario Outline: A token that was used over <first> is used up over <then>
      Given alice has logged in by <first> with the current token
      When alice logs in by <then> with the same token
      Then the login is refused
      And Authy was asked twice about alice

      Examples:
        | first        | then         |
        | SSH password | FTP          |
        | SSH password | WebDAV       |
        | SSH password | web client   |
        | FTP          | SSH password |
        | FTP          | WebDAV       |
        | WebDAV       | SSH password |
        | WebDAV       | FTP          |
        | web client   | SSH password |

    Scenario: The same token twenty times at once
      When alice logs in 20 times at once with the current token
      Then one login gets in and 19 are refused

    Scenario: The token of five minutes ago
      When alice logs in with the right password and the token of five minutes ago
      Then the login is refused

  Rule: Whoever is not known stays outside

    Scenario: A user that SFTPGo does not know
      When an unknown user logs in with a wrong password and alice's current token
      Then the login is refused
      And Authy was not asked about alice

    Scenario: A user without an Authy ID
      Given the user carol without an Authy ID
      When carol logs in with the right password and alice's current token
      Then the login is refused
      And Authy was not asked about alice

  Rule: When Authy cannot say that the token is right, it is wrong

    Scenario: Authy is down
      Given Authy is down
      When alice logs in with the right password and the current token
      Then the login is refused

    Scenario: Authy hangs up
      Given Authy hangs up
      When alice logs in with the right password and the current token
      Then the login is refused
      And Authy was asked once about alice

    Scenario: Authy is slow, and the login does not wait for it
      Given Authy takes 30 seconds to answer
      When alice logs in with the right password and the current token
      Then the login is refused within 15 seconds

    Scenario Outline: Authy answers 200 with rubbish: <answer>
      Given Authy answers 200 with '<answer>'
      When alice logs in with the right password and the current token
      Then the login is refused
      And Authy was asked once about alice

      Examples:
        | answer                                                               |
        |                                                                      |
        | Token is valid.                                                      |
        | <html><body>OK</body></html>                                         |
        | {}                                                                   |
        | {"success":"true"}                                                   |
        | {"token":"is valid"}                                                 |
        | {"message":"Token is valid.","token":"is valid","success":false}     |
        | {"message":"Token is valid.","token":"is invalid","success":"true"}  |
        | {"message":"Token is valid.","token":"is valid","success":"true"}{}  |

  Rule: A token that is not a number never reaches Authy

    Whatever is pasted into the address of the request that asks Authy can change
    whom it is about. Below, TOKEN and ID are the current token and the Authy ID of
    bob, who attacks.

    Scenario Outline: A token with tricks: <token>
      Given the user bob with an Authy ID
      When alice logs in with the right password and the token "<token>"
      Then the login is refused
      And Authy was not asked about alice
      And Authy was not asked about bob

      Examples:
        | token                            |
        | TOKEN/ID?                        |
        | TOKEN/ID?x=                      |
        | 1/ID?                            |
        | TOKEN/ID#                        |
        | TOKEN%2fID%3f                    |
        | TOKEN/ID;                        |
        | TOKEN\ID/                        |
        | ../../json/verify/TOKEN/ID?      |
        | ..%2f..%2fjson/verify/TOKEN/ID?  |
        | ../ID/.                          |
