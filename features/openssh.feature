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
