Feature: Which logins a hook guards
  SFTPGo has several doors, and no hook stands at all of them. In these tables a
  login is

    guarded  if nobody gets in without a token that Authy has just been asked about
    open     if the password alone, or the user's key, is enough, and Authy is not asked
    closed   if neither password, token, nor both let anybody in, nor the key

  They are those of docs/sftpgo.md, cell by cell.

  Background:
    Given the user alice with an Authy ID

  Rule: A hook guards the doors that SFTPGo's settings put it at, and no other

    Scenario Outline: <asked for>: <login> is <door>
      Given an SFTPGo server that asks for <asked for>
      Then a login by <login> is <door>

      Examples: keyboard-interactive hook
        | asked for          | login                    | door    |
        | password and token | SSH password             | closed  |
        | password and token | SSH keyboard-interactive | guarded |
        | password and token | SSH public key           | open    |
        | password and token | FTP                      | open    |
        | password and token | FTPS                     | open    |
        | password and token | WebDAV                   | open    |
        | password and token | web client               | closed  |

      @rest-user-login-can-be-closed
      Examples: keyboard-interactive hook, where SFTPGo can switch off the login of users at its REST API
        | asked for          | login           | door   |
        | password and token | REST user token | closed |

      @rest-user-login-stays-open
      Examples: keyboard-interactive hook, where SFTPGo cannot
        | asked for          | login           | door |
        | password and token | REST user token | open |

      Examples: external authentication hook
        | asked for      | login                    | door    |
        | the token only | SSH password             | guarded |
        | the token only | SSH keyboard-interactive | closed  |
        | the token only | SSH public key           | open    |
        | the token only | FTP                      | guarded |
        | the token only | FTPS                     | guarded |
        | the token only | WebDAV                   | guarded |
        | the token only | web client               | guarded |
        | the token only | REST user token          | guarded |

      Examples: check password hook
        | asked for                          | login           | door    |
        | the password followed by the token | SSH password    | guarded |
        | the password followed by the token | SSH public key  | open    |
        | the password followed by the token | FTP             | guarded |
        | the password followed by the token | FTPS            | guarded |
        | the password followed by the token | WebDAV          | guarded |
        | the password followed by the token | web client      | guarded |
        | the password followed by the token | REST user token | guarded |

      @keyboard-interactive-is-on
      Examples: check password hook, by the question for the password that SFTPGo asks itself
        | asked for                          | login                    | door    |
        | the password followed by the token | SSH keyboard-interactive | guarded |

      @keyboard-interactive-is-off
      Examples: check password hook, where SFTPGo does not ask itself
        | asked for                          | login                    | door   |
        | the password followed by the token | SSH keyboard-interactive | closed |

  Rule: The settings may as well stand in SFTPGo's configuration file

    Scenario Outline: <asked for>, set up in JSON: <login> is <door>
      Given an SFTPGo server that asks for <asked for>
      And its settings stand in the configuration file
      Then a login by <login> is <door>

      Examples:
        | asked for                          | login                    | door    |
        | password and token                 | SSH keyboard-interactive | guarded |
        | password and token                 | SSH password             | closed  |
        | password and token                 | web client               | closed  |
        | the token only                     | SSH password             | guarded |
        | the token only                     | SSH keyboard-interactive | closed  |
        | the password followed by the token | SSH password             | guarded |
        | the password followed by the token | web client               | guarded |

      @rest-user-login-can-be-closed
      Examples: where SFTPGo can switch off the login of users at its REST API
        | asked for          | login           | door   |
        | password and token | REST user token | closed |

  Rule: Two hooks may share the doors

    Keyboard-interactive asks for password and token over SSH. The check password
    hook is for FTP and WebDAV (check_password_scope is 6), as a program that asks
    questions cannot be there.

    Scenario Outline: Both hooks, each at its own doors: <login> is <door>
      Given an SFTPGo server that asks for password and token over SSH, and for the password followed by the token elsewhere
      Then a login by <login> is <door>

      Examples:
        | login                    | door    |
        | SSH keyboard-interactive | guarded |
        | SSH password             | closed  |
        | SSH public key           | open    |
        | FTP                      | guarded |
        | WebDAV                   | guarded |
        | web client               | open    |

    Scenario: Both hooks at the same door want two tokens
      SFTPGo asks the check password hook about the answer to the question for the
      password, too, unless its scope leaves SSH out.

      Given an SFTPGo server that asks for password and token over SSH, and for the password followed by the token elsewhere
      But check_password_scope is 0
      When alice logs in with the right password and the current token
      Then the login is refused
      And Authy was not asked about alice
      When alice answers the password followed by the current token, and then the next token
      Then alice is in and can upload, list and read back a file
      And Authy was asked twice about alice

  Rule: What a hook leaves open can be closed for a user

    Scenario Outline: A user who may use SSH only, and no key: <login> is <door>
      Given an SFTPGo server that asks for password and token
      And alice may use neither keys, FTP, WebDAV nor the web client
      Then a login by <login> is <door>

      Examples:
        | login                    | door    |
        | SSH keyboard-interactive | guarded |
        | SSH public key           | closed  |
        | FTP                      | closed  |
        | WebDAV                   | closed  |
        | web client               | closed  |
        | REST user token          | closed  |

    Scenario Outline: A user who must show a key first: <login> is <door>
      Given an SFTPGo server that asks for password and token
      And alice must show a key first
      Then a login by <login> is <door>

      Examples:
        | login                         | door    |
        | SSH public key, then keyboard | guarded |
        | SSH public key                | closed  |
        | SSH keyboard-interactive      | closed  |

  Rule: A switch of the user takes the hook away

    @external-auth-disabled-takes-keyint
    Scenario: external_auth_disabled takes away the keyboard-interactive hook
      Given an SFTPGo server that asks for password and token
      And external_auth_disabled is set for alice
      Then a login by SSH keyboard-interactive is open

    @external-auth-disabled-leaves-keyint
    Scenario: external_auth_disabled leaves the keyboard-interactive hook
      Given an SFTPGo server that asks for password and token
      And external_auth_disabled is set for alice
      Then a login by SSH keyboard-interactive is guarded

    Scenario: external_auth_disabled takes away the external authentication hook
      Given an SFTPGo server that asks for the token only
      And external_auth_disabled is set for alice
      Then a login by SSH password is open

    Scenario: check_password_disabled takes away the check password hook
      Given an SFTPGo server that asks for the password followed by the token
      And check_password_disabled is set for alice
      Then a login by SSH password is open

  Rule: A WebDAV client sends user and password with each request

    @webdav-asks-external-auth-again
    Scenario: With external authentication each request wants a new token
      Given an SFTPGo server that asks for the token only
      When alice logs in by WebDAV with the current token
      Then alice gets in
      When alice logs in by WebDAV with the same token
      Then the login is refused

    @webdav-remembers-external-auth
    Scenario: With external authentication SFTPGo remembers the token, and asks no more
      Given an SFTPGo server that asks for the token only
      When alice logs in by WebDAV with the current token
      Then alice gets in
      When alice logs in by WebDAV with the same token
      Then alice gets in
      And Authy was asked once about alice
      When alice logs in by WebDAV with the next token
      Then the login is refused
      And Authy was asked once about alice

    Scenario: With check password SFTPGo remembers password and token, and asks no more
      Given an SFTPGo server that asks for the password followed by the token
      When alice logs in by WebDAV with the current token
      Then alice gets in
      When alice logs in by WebDAV with the same token
      Then alice gets in
      And Authy was asked once about alice
      When alice logs in by WebDAV with the next token
      Then the login is refused
      And Authy was asked once about alice
