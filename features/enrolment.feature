@hookctl
Feature: Enrolling a user
  An administrator enrols a user of SFTPGo with hookctl: it creates the user at
  Authy and writes the Authy ID into the user's additional info. The hook, which
  SFTPGo does not tell about it, asks SFTPGo's REST API.

  Background:
    Given an SFTPGo server that asks for password and token
    And the hook finds Authy IDs in SFTPGo
    And the user nina without an Authy ID

  Scenario: Before it nobody is let in
    When nina logs in with the right password and the token "1234567"
    Then the login is refused

  Scenario: After it the token is asked for, and lets in
    Given an administrator has enrolled nina
    When nina logs in with the right password and the current token
    Then nina is in and can upload, list and read back a file
    And Authy was asked once about nina

  Scenario: A wrong token does not
    Given an administrator has enrolled nina
    When nina logs in with the right password and a wrong token
    Then the login is refused

  Scenario: Enrolling twice changes nothing
    Given an administrator has enrolled nina
    When an administrator enrols nina
    Then hookctl shows that nina has an Authy ID in SFTPGo

  Scenario: It changes nothing else about the user
    Given an administrator has enrolled nina
    Then SFTPGo still knows all it knew about nina but the additional info
