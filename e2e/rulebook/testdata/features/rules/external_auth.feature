@external-auth
Feature: External authentication hooks
  Background:
    Given a user whom the hook knows

  Rule: Who gets in

    # A comment belongs to nobody.
    @EXTAUTH-LOGIN @MUST
    Scenario: The current token lets in
      A hook that keeps everybody out guards nothing.
      Fix: set the hook up for the users that --user names.

      When the user logs in with the current token
      Then the user gets in
        | name | <b> |
