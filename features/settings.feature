Feature: Settings of SFTPGo that decide what a hook guards
  A hook guards what SFTPGo asks it about, and that is a matter of settings: of the
  server, of a user, and of a user's group. A login is guarded, open or closed as
  doors.feature says.

  Background:
    Given the user alice with an Authy ID

  Rule: external_auth_scope chooses the doors of an external authentication hook

    1 is passwords, 2 public keys, 4 keyboard-interactive, 8 client certificates; a sum
    is several of them, 0 and 15 are all. Of keys and certificates this hook knows
    nothing, and refuses them.

    @as-program
    Scenario Outline: external_auth_scope is <scope>: <login> is <door>
      Given an SFTPGo server that asks for the token only
      But external_auth_scope is <scope>
      Then a login by <login> is <door>

      Examples:
        | scope | login                    | door    |
        | 0     | SSH password             | guarded |
        | 0     | SSH keyboard-interactive | closed  |
        | 0     | SSH public key           | closed  |
        | 0     | FTP                      | guarded |
        | 0     | WebDAV                   | guarded |
        | 0     | web client               | guarded |
        | 1     | SSH password             | guarded |
        | 1     | SSH public key           | open    |
        | 1     | FTP                      | guarded |
        | 1     | web client               | guarded |
        | 4     | SSH password             | open    |
        | 4     | SSH keyboard-interactive | closed  |
        | 4     | SSH public key           | open    |
        | 4     | FTP                      | open    |
        | 4     | WebDAV                   | open    |
        | 4     | web client               | open    |
        | 15    | SSH password             | guarded |
        | 15    | SSH keyboard-interactive | closed  |
        | 15    | SSH public key           | closed  |
        | 15    | FTP                      | guarded |

      @keyboard-interactive-is-on
      Examples: where SFTPGo asks for the password by itself
        | scope | login                    | door |
        | 1     | SSH keyboard-interactive | open |

    @as-program @keyboard-interactive-is-on
    Scenario: With scope 1 the last token lets in again
      SFTPGo stores the token as the user's password, and asks for the password by
      keyboard-interactive, about which it does not ask the hook.

      Given an SFTPGo server that asks for the token only
      But external_auth_scope is 1
      And alice has logged in by SSH password with the current token
      When alice logs in by SSH keyboard-interactive with the same token
      Then alice gets in
      And Authy was asked once about alice

    @as-program
    Scenario Outline: A client certificate with external_auth_scope <scope> is <door>
      Given an SFTPGo server that asks for the token only
      But external_auth_scope is <scope>
      And alice may log in with a client certificate
      Then a login by FTPS client certificate is <door>

      Examples:
        | scope | door   |
        | 0     | closed |
        | 1     | open   |
        | 15    | closed |

  Rule: A client certificate needs no password, and no hook but external authentication

    Scenario Outline: <asked for>: a client certificate is <door>
      Given an SFTPGo server that asks for <asked for>
      And alice may log in with a client certificate
      Then a login by FTPS client certificate is <door>

      Examples:
        | asked for                          | door |
        | password and token                 | open |
        | the token only                     | open |
        | the password followed by the token | open |

    Scenario Outline: <asked for>: a client certificate is nothing to a user who may not use it
      Given an SFTPGo server that asks for <asked for>
      Then a login by FTPS client certificate is guarded

      Examples:
        | asked for                          |
        | the token only                     |
        | the password followed by the token |

  Rule: check_password_scope chooses the doors of a check password hook

    1 is SSH, 2 FTP, 4 WebDAV; a sum is several of them, and 0 is all. The web client has
    no bit: 0 alone guards it.

    @as-program
    Scenario Outline: check_password_scope is <scope>: <login> is <door>
      Given an SFTPGo server that asks for the password followed by the token
      But check_password_scope is <scope>
      Then a login by <login> is <door>

      Examples:
        | scope | login           | door    |
        | 1     | SSH password    | guarded |
        | 1     | FTP             | open    |
        | 1     | WebDAV          | open    |
        | 1     | web client      | open    |
        | 2     | SSH password    | open    |
        | 2     | FTP             | guarded |
        | 2     | FTPS            | guarded |
        | 2     | WebDAV          | open    |
        | 4     | SSH password    | open    |
        | 4     | FTP             | open    |
        | 4     | WebDAV          | guarded |
        | 7     | SSH password    | guarded |
        | 7     | FTP             | guarded |
        | 7     | WebDAV          | guarded |
        | 7     | web client      | open    |
        | 7     | REST user token | open    |

      @keyboard-interactive-is-on
      Examples: where SFTPGo asks for the password by itself
        | scope | login                    | door    |
        | 1     | SSH keyboard-interactive | guarded |
        | 2     | SSH keyboard-interactive | open    |

  Rule: What is denied to a user is closed, and the hook is asked all the same

    Scenario Outline: Denied <which> "<what>": <login> is <door>
      Given an SFTPGo server that asks for the password followed by the token
      And <which> of alice is "<what>"
      Then a login by <login> is <door>

      Examples:
        | which                | what              | login          | door    |
        | denied_login_methods | password          | SSH password   | closed  |
        | denied_login_methods | password          | FTP            | closed  |
        | denied_login_methods | password          | WebDAV         | closed  |
        | denied_login_methods | password          | web client     | closed  |
        | denied_login_methods | password          | SSH public key | open    |
        | denied_login_methods | password-over-SSH | SSH password   | closed  |
        | denied_login_methods | password-over-SSH | FTP            | guarded |
        | denied_login_methods | password-over-SSH | web client     | guarded |
        | denied_login_methods | publickey         | SSH public key | closed  |
        | denied_login_methods | publickey         | SSH password   | guarded |
        | denied_protocols     | SSH               | SSH password   | closed  |
        | denied_protocols     | SSH               | SSH public key | closed  |
        | denied_protocols     | SSH               | FTP            | guarded |
        | denied_protocols     | FTP               | FTP            | closed  |
        | denied_protocols     | FTP               | FTPS           | closed  |
        | denied_protocols     | DAV               | WebDAV         | closed  |
        | denied_protocols     | HTTP              | web client     | closed  |

    Scenario Outline: <asked for>: a token that was typed at a closed door is used up
      Given an SFTPGo server that asks for <asked for>
      And denied_protocols of alice is "FTP"
      When alice logs in by FTP with the current token
      Then the login is refused
      And Authy was asked once about alice
      When alice logs in by SSH password with the same token
      Then the login is refused

      Examples:
        | asked for                          |
        | the token only                     |
        | the password followed by the token |

    Scenario: keyboard-interactive may be denied, too
      Given an SFTPGo server that asks for password and token
      And denied_login_methods of alice is "keyboard-interactive"
      Then a login by SSH keyboard-interactive is closed

  Rule: A key first, and then what the hook asks for

    Scenario Outline: <asked for>: <login> is <door>
      Given an SFTPGo server that asks for <asked for>
      And alice must show a key first, and give the password then
      Then a login by <login> is <door>

      Examples:
        | asked for                          | login                         | door    |
        | the token only                     | SSH public key, then password | guarded |
        | the token only                     | SSH public key                | closed  |
        | the token only                     | SSH password                  | closed  |
        | the password followed by the token | SSH public key, then password | guarded |
        | the password followed by the token | SSH public key                | closed  |
        | the password followed by the token | SSH password                  | closed  |

  Rule: The switch of a group is that of its members

    Scenario: external_auth_disabled of the primary group takes the hook away
      Given an SFTPGo server that asks for the token only
      And external_auth_disabled is set for the primary group of alice
      Then a login by SSH password is open

    Scenario: check_password_disabled of the primary group takes the hook away
      Given an SFTPGo server that asks for the password followed by the token
      And check_password_disabled is set for the primary group of alice
      Then a login by SSH password is open

    @external-auth-disabled-takes-keyint
    Scenario: external_auth_disabled of the primary group takes away the keyboard-interactive hook
      Given an SFTPGo server that asks for password and token
      And external_auth_disabled is set for the primary group of alice
      Then a login by SSH keyboard-interactive is open

  Rule: Other filters of a user that matter to external authentication

    Scenario: With external_auth_cache_time the last token lets in again, and a new one does not
      Given an SFTPGo server that asks for the token only
      And external_auth_cache_time is 60 for alice
      And alice has logged in by SSH password with the current token
      When alice logs in by SSH password with the same token
      Then alice gets in
      And Authy was asked once about alice
      When alice logs in by SSH password with the next token
      Then the login is refused
      And Authy was asked once about alice

    @as-program
    Scenario: A required strength of passwords refuses every token
      Given an SFTPGo server that asks for the token only
      But password_validation.users.min_entropy is 60
      When alice logs in by SSH password with the current token
      Then the login is refused
      And Authy was asked once about alice

    @strength-of-a-user
    Scenario: A required strength of one user's password refuses every token, too
      Given an SFTPGo server that asks for the token only
      And password_strength is 60 for alice
      When alice logs in by SSH password with the current token
      Then the login is refused
      And Authy was asked once about alice

  Rule: WebDAV's memory of users has no switch

    @as-program
    Scenario: A memory of no size (max_size 0) is one without a limit
      Given an SFTPGo server that asks for the password followed by the token
      But webdavd.cache.users.max_size is 0
      And webdavd.cache.users.expiration_time is 1
      And alice has logged in by WebDAV with the current token
      When alice logs in by WebDAV with the same token
      Then alice gets in
      And Authy was asked once about alice

    @as-program @slow
    Scenario: It forgets a user after expiration_time minutes
      Given an SFTPGo server that asks for the password followed by the token
      But webdavd.cache.users.max_size is 0
      And webdavd.cache.users.expiration_time is 1
      And alice has logged in by WebDAV with the current token
      When alice logs in by WebDAV with the next token
      Then the login is refused
      And Authy was asked once about alice
      And within 90 seconds alice gets in by WebDAV with the next token
      And Authy was asked twice about alice
