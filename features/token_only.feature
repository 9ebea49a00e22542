@external-auth
Feature: Token only
  With SFTPGo's external authentication hook, the password is the token that the
  user's Authy app shows, and nothing else. The hook asks Authy, and SFTPGo lets
  the user in.

  What any such hook has to do is in rules/external_auth.feature. Here is what this
  one and its server do.

  Background:
    Given an SFTPGo server that asks for the token only
    And the user alice with an Authy ID

  Scenario: The current token lets the user in
    When alice logs in with the current token
    Then alice is in and can upload, list and read back a file
    And Authy was asked once about alice

  Scenario: A wrong token does not
    When alice logs in with a wrong token
    Then the login is refused

  Scenario: The Authy ID may stand in the user's additional info
    Given the user dora with an Authy ID in the additional info
    When dora logs in with the current token
    Then dora is in and can upload, list and read back a file

  Scenario: The password that SFTPGo has stored does not let the user in
    When alice logs in by the SSH method "password" with the right password
    Then the login is refused
    And Authy was not asked about alice

  Scenario: The same token as an answer to SFTPGo's own question for the password
    SFTPGo stores the last token as the user's password. The scope 5 of the hook
    keeps it from being accepted there.

    Given alice has logged in with the current token
    When alice logs in by the SSH method "keyboard-interactive" with the same token
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
