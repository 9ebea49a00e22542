@keyboard-interactive
Feature: Keyboard-interactive hooks
  The hook asks for the password, then for the token.

  Both are typed into the login.

  Background:
    Given a user whom the hook knows

  Rule: Who gets in

    @KEYINT-LOGIN @MUST
    Scenario: The right password and the current token let in
      A hook that keeps everybody out guards nothing.
      Fix: set the hook up for the users that --user names.

      When the user logs in with the password and the current token
      Then the user gets in

    @KEYINT-ECHO @SHOULD
    Scenario: No answer is shown on the screen
      Who looks over the user's shoulder reads password and token,
      and logs in with them.

      He needs no more.

      Fix: say "echos": false
      with each question.

      When the user logs in with the password and the current token
      Then no answer was shown

  Rule: Answers with line ends

    @KEYINT-NEWLINE @MUST @slow
    Scenario: An answer with a line end injects no further answer
      One answer could stand for two.
      Fix: read one line for each question, and only after it was asked.

      When the user answers each question with
        """
        password
          ```
        1234567
        """
      Then the user is refused
