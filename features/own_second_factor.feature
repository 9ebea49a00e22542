Feature: SFTPGo's own two-factor authentication beside a hook
  SFTPGo has passcodes of its own (TOTP), which users set up in the web client. Where it
  asks for them, they come on top of what the hook asks for; where it does not, the hook
  is all there is. A passcode has six digits, and over FTP it is typed behind all else.

  Background:
    Given the user alice with an Authy ID
    And alice has SFTPGo's own two-factor authentication

  Rule: Where SFTPGo asks for its passcode, the token is not enough

    Scenario Outline: <asked for>: by <login> both are asked for
      Given an SFTPGo server that asks for <asked for>
      When alice logs in by <login> with the current token
      Then the login is refused
      When alice logs in by <login> with the next token and SFTPGo's own passcode
      Then alice gets in

      Examples:
        | asked for                          | login           |
        | the token only                     | web client      |
        | the token only                     | REST user token |
        | the password followed by the token | FTP             |
        | the password followed by the token | web client      |
        | the password followed by the token | REST user token |

      @keyboard-interactive-is-on
      Examples: by the question for the password that SFTPGo asks itself
        | asked for                          | login                    |
        | the password followed by the token | SSH keyboard-interactive |

  Rule: Where it does not, the token is

    Scenario Outline: <asked for>: by <login> the token alone is asked for
      Given an SFTPGo server that asks for <asked for>
      When alice logs in by <login> with the current token
      Then alice gets in
      And Authy was asked once about alice

      Examples:
        | asked for                          | login                    |
        | password and token                 | SSH keyboard-interactive |
        | the token only                     | SSH password             |
        | the token only                     | WebDAV                   |
        | the password followed by the token | SSH password             |
        | the password followed by the token | WebDAV                   |

  Rule: Over FTP it does not go together with external authentication

    SFTPGo stores all that was typed as the password, and then cuts the passcode off
    what it compares with it.

    Scenario: No login gets in, whatever the hook says
      Given an SFTPGo server with an external authentication hook of any kind
      And it answers 'USER'
      Then alice with the right password is let in
      But alice by FTP with the right password and SFTPGo's own passcode is refused

    Scenario Outline: With tokens neither: <typed>
      Given an SFTPGo server that asks for the token only
      When alice logs in by FTP with <typed>
      Then the login is refused

      Examples:
        | typed                                       |
        | the current token                           |
        | the current token and SFTPGo's own passcode |
