Feature: OpenSSH's own clients
  What most users log in with: sftp, scp (with -O, which is its protocol of old) and
  ssh, which runs a command that SFTPGo has by itself. They are run at a terminal, where
  each question is waited for and the answer typed. A login is guarded, open or closed as
  doors.feature says, whatever the client.

  Background:
    Given the user alice with an Authy ID

  Rule: The hook guards them as it guards any client

    Scenario Outline: <asked for>: <login> is <door>
      Given an SFTPGo server that asks for <asked for>
      Then a login by <login> is <door>

      Examples: keyboard-interactive hook
        | asked for          | login                        | door    |
        | password and token | sftp by keyboard-interactive | guarded |
        | password and token | scp by keyboard-interactive  | guarded |
        | password and token | ssh by keyboard-interactive  | guarded |
        | password and token | sftp by password             | closed  |
        | password and token | scp by password              | closed  |
        | password and token | ssh by password              | closed  |
        | password and token | sftp by public key           | open    |
        | password and token | scp by public key            | open    |
        | password and token | ssh by public key            | open    |

      Examples: external authentication hook
        | asked for      | login                        | door    |
        | the token only | sftp by password             | guarded |
        | the token only | scp by password              | guarded |
        | the token only | ssh by password              | guarded |
        | the token only | sftp by keyboard-interactive | closed  |
        | the token only | scp by keyboard-interactive  | closed  |
        | the token only | ssh by keyboard-interactive  | closed  |
        | the token only | sftp by public key           | open    |
        | the token only | scp by public key            | open    |
        | the token only | ssh by public key            | open    |

      Examples: check password hook
        | asked for                          | login              | door    |
        | the password followed by the token | sftp by password   | guarded |
        | the password followed by the token | scp by password    | guarded |
        | the password followed by the token | ssh by password    | guarded |
        | the password followed by the token | sftp by public key | open    |
        | the password followed by the token | scp by public key  | open    |
        | the password followed by the token | ssh by public key  | open    |

      @keyboard-interactive-is-on
      Examples: check password hook, by the question for the password that SFTPGo asks itself
        | asked for                          | login                        | door    |
        | the password followed by the token | sftp by keyboard-interactive | guarded |
        | the password followed by the token | scp by keyboard-interactive  | guarded |
        | the password followed by the token | ssh by keyboard-interactive  | guarded |

  Rule: A user sees the questions at the terminal, and nothing of what he types

    The user name is shown as alice here, and the server as sftpgo. Where no method is
    named, OpenSSH chooses it. It lets a user try once here, not three times.

    Scenario Outline: <client> asks as the keyboard-interactive hook does
      Given an SFTPGo server that asks for password and token
      When alice logs in by <client> with the current token
      Then alice gets in
      And the questions were "(alice@sftpgo) Password: " and "(alice@sftpgo) Authy token: "
      And the terminal shows nothing that was typed

      Examples:
        | client |
        | sftp   |
        | scp    |
        | ssh    |

    Scenario Outline: <client> asks for the token as it asks for any password
      Given an SFTPGo server that asks for the token only
      When alice logs in by <client> with the current token
      Then alice gets in
      And the question was "alice@sftpgo's password: "
      And the terminal shows nothing that was typed

      Examples:
        | client |
        | sftp   |
        | scp    |
        | ssh    |

    Scenario Outline: <client> asks for password and token in one as for any password
      Given an SFTPGo server that asks for the password followed by the token
      When alice logs in by <client> by password with the current token
      Then alice gets in
      And the question was "alice@sftpgo's password: "
      And the terminal shows nothing that was typed

      Examples:
        | client |
        | sftp   |
        | scp    |
        | ssh    |

    @keyboard-interactive-is-on
    Scenario: OpenSSH prefers the question for the password that SFTPGo asks itself
      Given an SFTPGo server that asks for the password followed by the token
      When alice logs in by ssh with the current token
      Then alice gets in
      And the question was "(alice@sftpgo) Password: "
      And the terminal shows nothing that was typed

    @keyboard-interactive-is-on
    Scenario: After a wrong answer to that question OpenSSH asks its own, and Authy is asked twice
      Given an SFTPGo server that asks for the password followed by the token
      When alice logs in by ssh with a wrong token
      Then the login is refused
      And the questions were "(alice@sftpgo) Password: " and "alice@sftpgo's password: "
      And Authy was asked twice about alice

    Scenario Outline: <asked for>: who is refused by <client> learns nothing else
      Given an SFTPGo server that asks for <asked for>
      When alice logs in by <client> with a wrong token
      Then the login is refused
      And the terminal shows nothing but the questions and that permission is denied

      Examples:
        | asked for                          | client |
        | password and token                 | sftp   |
        | password and token                 | scp    |
        | password and token                 | ssh    |
        | the token only                     | sftp   |
        | the token only                     | scp    |
        | the token only                     | ssh    |
        | the password followed by the token | sftp   |
        | the password followed by the token | scp    |
        | the password followed by the token | ssh    |

    Scenario: Who types a wrong password is not asked for the token
      SFTPGo checks the answer to the first question, and ends the login.

      Given an SFTPGo server that asks for password and token
      When alice logs in by ssh with a wrong password and the current token
      Then the login is refused
      And the question was "(alice@sftpgo) Password: "
      And the terminal shows nothing but the questions and that permission is denied
      And Authy was not asked about alice

    Scenario: A user without an Authy ID is asked the same at the terminal, and told nothing
      Given an SFTPGo server that asks for password and token
      And the user carol without an Authy ID
      When carol logs in by ssh with alice's current token
      Then the login is refused
      And the questions were "(carol@sftpgo) Password: " and "(carol@sftpgo) Authy token: "
      And the terminal shows nothing but the questions and that permission is denied

    Scenario Outline: The answer to a question with "echos":[<echos>]: the terminal shows <what>
      Given an SFTPGo server with a keyboard-interactive hook of any kind
      And it asks '{"questions":["Password: "],"echos":[<echos>],"check_password":1}'
      And then it says '{"auth_result":1}'
      Then alice by ssh with the right password is let in
      And the terminal shows <what>

      Examples:
        | echos | what                   |
        | false | nothing that was typed |
        | true  | what was typed         |
