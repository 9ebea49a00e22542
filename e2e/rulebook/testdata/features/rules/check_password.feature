# The tag tells the kind.
@check-password
Feature: Check password hooks

  Rule: Authy is out of order

    @CHECKPWD-AUTHY-ERROR @MUST
    Scenario Outline: Authy answers with <status>: nobody gets in
      An attacker waits for an outage, or brings it about.

      Fix: deny whatever is not answered with status 200.

      Given Authy answers with <status>
      When the user logs in with the password and the current token
      Then the user is refused

      Examples: errors
        | status |
        | 400    |
        | 503    |

      # Neither of these is an error.
      Examples: others
        | status |
        | 201    |
