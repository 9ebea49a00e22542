@check-password
Feature: Prefix and token
  With SFTPGo's check password hook, one password field takes both: the user's
  fixed password and, right behind it, the token that the user's Authy app shows.
  The hook cuts the token off and asks Authy about it; SFTPGo checks what is left.

  What any such hook has to do is in rules/check_password.feature. Here is what this
  one and its server do.

  Background:
    Given an SFTPGo server that asks for the password followed by the token
    And the user alice with an Authy ID

  Scenario: The right password followed by the current token lets the user in
    When alice logs in with the right password and the current token
    Then alice is in and can upload, list and read back a file
    And Authy was asked once about alice

  Scenario: A wrong token does not
    When alice logs in with the right password and a wrong token
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
