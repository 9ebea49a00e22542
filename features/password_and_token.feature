@keyboard-interactive
Feature: Password and token
  With SFTPGo's keyboard-interactive hook, a login asks two questions: for the
  password, and then for the token that the user's Authy app shows. SFTPGo checks
  the password, the hook asks Authy about the token, and both must be right.

  What any such hook has to do is in rules/keyboard_interactive.feature. Here is
  what this one and its server do.

  Background:
    Given an SFTPGo server that asks for password and token
    And the user alice with an Authy ID

  Scenario: The right password and the current token let the user in
    When alice logs in with the right password and the current token
    Then alice is in and can upload, list and read back a file
    And the questions were "Password: " and "Authy token: "
    And Authy was asked once about alice

  Scenario: A wrong token does not
    When alice logs in with the right password and a wrong token
    Then the login is refused

  Scenario: Only keyboard-interactive is offered, so that no login goes around the token
    When alice logs in by the SSH method "password" with the right password
    Then the login is refused
    And Authy was not asked about alice

  Scenario: A user without an Authy ID is asked the same, and told nothing
    Given the user carol without an Authy ID
    When carol logs in with the right password and alice's current token
    Then the login is refused
    And the questions were "Password: " and "Authy token: "
    And Authy was not asked about alice
